package com.tracemem.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens for the REST API: JWTs (HS256) that are good for an hour and for as long as the user is active. A
 * token says who; the role comes from the database each time.
 */
public final class AccessTokens {
    /** How long a token is good for. */
    public static final Duration LIFETIME = Duration.ofHours(1);

    /** Bytes of a signing key, at least. */
    public static final int KEY_BYTES = 32;

    private static final String ISSUER = "tracemem";
    private static final String AUDIENCE = "tracemem-api";
    private static final String TENANT = "tenant_id";
    private static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");
    private static final int LONGEST = 4096;

    private final MACSigner signer;
    private final List<MACVerifier> verifiers = new ArrayList<>();
    private final Users users;
    private final Clock clock;

    /**
     * Issues and checks tokens.
     *
     * @param keys the first signs, all verify; each at least {@value #KEY_BYTES} bytes
     */
    public AccessTokens(List<byte[]> keys, Users users, Clock clock) {
        this.users = users;
        this.clock = clock;
        try {
            this.signer = new MACSigner(keys.getFirst());
            for (byte[] key : keys) {
                verifiers.add(new MACVerifier(key));
            }
        } catch (JOSEException e) {
            throw new IllegalArgumentException("A signing key is shorter than %d bytes".formatted(KEY_BYTES), e);
        }
    }

    public String issue(UserPrincipal user) {
        Instant now = clock.instant();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(AUDIENCE)
                .subject(user.userId())
                .claim(TENANT, user.tenantId())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFETIME)))
                .build();
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).type(TYPE).build(), claims);
        try {
            token.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("An access token could not be signed", e);
        }
        return token.serialize();
    }

    /**
     * Finds the user behind a token.
     *
     * @param token whatever a caller sent
     * @return empty when it is not one of ours, is over, or its user is not active any more
     */
    public Optional<UserPrincipal> verify(@Nullable String token) {
        if (token == null || token.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            return isSigned(jwt) ? user(jwt.getJWTClaimsSet()) : Optional.empty();
        } catch (ParseException | JOSEException notOurs) {
            return Optional.empty();
        }
    }

    private boolean isSigned(SignedJWT jwt) throws JOSEException {
        // the algorithm is ours to choose, never the token's
        if (!JWSAlgorithm.HS256.equals(jwt.getHeader().getAlgorithm())
                || !TYPE.equals(jwt.getHeader().getType())) {
            return false;
        }
        for (MACVerifier verifier : verifiers) {
            if (jwt.verify(verifier)) {
                return true;
            }
        }
        return false;
    }

    private Optional<UserPrincipal> user(JWTClaimsSet claims) throws ParseException {
        Date expires = claims.getExpirationTime();
        String tenantId = claims.getStringClaim(TENANT);
        if (!ISSUER.equals(claims.getIssuer())
                || !claims.getAudience().contains(AUDIENCE)
                || expires == null
                || !clock.instant().isBefore(expires.toInstant())
                || tenantId == null
                || claims.getSubject() == null) {
            return Optional.empty();
        }
        return users.find(tenantId, claims.getSubject())
                .filter(user -> user.status() == User.Status.ACTIVE)
                .map(User::principal);
    }
}
