package com.tracemem.admin;

import com.tracemem.identity.UserPrincipal;
import java.util.Locale;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;

/** A user whose access token was good. */
final class SignedIn extends AbstractAuthenticationToken {
    private static final long serialVersionUID = 1L;

    private final transient UserPrincipal user;

    SignedIn(UserPrincipal user) {
        super(AuthorityUtils.createAuthorityList(
                "ROLE_" + user.role().wireName().toUpperCase(Locale.ROOT)));
        this.user = user;
        setAuthenticated(true);
    }

    @Override
    public Object getCredentials() {
        return "";
    }

    @Override
    public UserPrincipal getPrincipal() {
        return user;
    }

    @Override
    public String getName() {
        return user.userId();
    }
}
