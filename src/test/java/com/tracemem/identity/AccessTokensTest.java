package com.tracemem.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.tracemem.store.Ids;
import com.tracemem.store.TestDatabase;
import java.time.Duration;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccessTokensTest {
    private final TestDatabase database = TestDatabase.create();
    private final TurnableClock clock = new TurnableClock();
    private final Ids ids = new Ids(clock);
    private final Users users = new Users(database.dataSource(), ids, clock);
    private final String tenant =
            new Tenants(database.dataSource(), ids, clock).create("Acme").tenantId();
    private final User user = users.create(tenant, "ada@example.org", "Ada", Role.ADMIN, null);
    private final byte[] key = key(1);
    private final AccessTokens tokens = new AccessTokens(List.of(key), users, clock);

    @AfterEach
    void stop() {
        database.close();
    }

    private static byte[] key(int fill) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) fill);
        return bytes;
    }

    @Test
    void aTokenIsGoodForAnHour() {
        String token = tokens.issue(user.principal());
        clock.turn(Duration.ofMinutes(59));
        assertThat(tokens.verify(token)).contains(user.principal());

        clock.turn(Duration.ofMinutes(1));
        assertThat(tokens.verify(token)).isEmpty();
    }

    @Test
    void theRoleIsTheOneOfNow() {
        String token = tokens.issue(user.principal());

        users.update(tenant, user.userId(), UserUpdate.none().withRole(Role.AUDITOR));

        assertThat(tokens.verify(token).orElseThrow().role()).isEqualTo(Role.AUDITOR);
    }

    @Test
    void aDisabledUsersTokenEnds() {
        String token = tokens.issue(user.principal());

        users.disable(tenant, user.userId());

        assertThat(tokens.verify(token)).isEmpty();
    }

    @Test
    void afterAChangeOfTheKeyBothVerify() {
        String old = tokens.issue(user.principal());
        AccessTokens changed = new AccessTokens(List.of(key(2), key), users, clock);

        assertThat(changed.verify(old)).isPresent();
        assertThat(tokens.verify(changed.issue(user.principal()))).isEmpty();
        assertThat(new AccessTokens(List.of(key(2)), users, clock).verify(old)).isEmpty();
    }

    @Test
    void refusesWhatIsNotOurs() throws JOSEException {
        String token = tokens.issue(user.principal());
        String tampered = token.substring(0, token.length() - 4) + (token.endsWith("AAAA") ? "BBBB" : "AAAA");

        for (String presented : Arrays.asList(
                "",
                "a.b.c",
                "x".repeat(100_000),
                tampered,
                new PlainJWT(claims("tracemem", "tracemem-api").build()).serialize(),
                signed(
                        new JOSEObjectType("at+jwt"),
                        JWSAlgorithm.HS384,
                        claims("tracemem", "tracemem-api"),
                        new byte[48]),
                signed(new JOSEObjectType("JWT"), JWSAlgorithm.HS256, claims("tracemem", "tracemem-api"), key),
                signed(new JOSEObjectType("at+jwt"), JWSAlgorithm.HS256, claims("else", "tracemem-api"), key),
                signed(new JOSEObjectType("at+jwt"), JWSAlgorithm.HS256, claims("tracemem", "else"), key),
                signed(
                        new JOSEObjectType("at+jwt"),
                        JWSAlgorithm.HS256,
                        claims("tracemem", "tracemem-api").expirationTime(null),
                        key),
                signed(
                        new JOSEObjectType("at+jwt"),
                        JWSAlgorithm.HS256,
                        claims("tracemem", "tracemem-api").claim("tenant_id", 7),
                        key))) {
            assertThat(tokens.verify(presented)).as(presented).isEmpty();
        }
        assertThat(tokens.verify(null)).isEmpty();
        assertThat(tokens.verify(signed(
                        new JOSEObjectType("at+jwt"), JWSAlgorithm.HS256, claims("tracemem", "tracemem-api"), key)))
                .isPresent();
    }

    private JWTClaimsSet.Builder claims(String issuer, String audience) {
        return new JWTClaimsSet.Builder()
                .issuer(issuer)
                .audience(audience)
                .subject(user.userId())
                .claim("tenant_id", tenant)
                .expirationTime(Date.from(clock.instant().plusSeconds(60)));
    }

    private static String signed(
            JOSEObjectType type, JWSAlgorithm algorithm, JWTClaimsSet.Builder claims, byte[] withKey)
            throws JOSEException {
        SignedJWT jwt =
                new SignedJWT(new JWSHeader.Builder(algorithm).type(type).build(), claims.build());
        jwt.sign(new MACSigner(withKey));
        return jwt.serialize();
    }

    @Test
    void refusesAShortKey() {
        assertThatThrownBy(() -> new AccessTokens(List.of(new byte[16]), users, clock))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
