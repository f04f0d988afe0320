package com.tracemem.admin;

import com.tracemem.identity.AccessTokens;
import com.tracemem.identity.UserPrincipal;
import com.tracemem.secret.Seals;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.boot.web.servlet.DelegatingFilterProxyRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who may come in: bearers of an access token, each as far as the role goes. Without a session and without cookies
 * there is nothing that another site could make a browser send.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
class AdminSecurity {
    private static final String CHALLENGE = "Bearer realm=\"tracemem\"";
    private static final String FILTER = "springSecurityFilterChain";

    /**
     * Exactly what Spring MVC answers passes the security filter. The agents' door and the callbacks are servlets of
     * their own and never meet it.
     */
    @Bean
    DelegatingFilterProxyRegistrationBean securityFilter() {
        DelegatingFilterProxyRegistrationBean filter = new DelegatingFilterProxyRegistrationBean(FILTER);
        filter.addServletNames("dispatcherServlet");
        filter.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
        filter.setOrder(-100);
        return filter;
    }

    @Bean
    SecurityFilterChain restDoor(
            HttpSecurity http, AccessTokens tokens, JsonMapper json, DataSource dataSource, Seals seals, Clock clock) {
        ProblemWriter problems = new ProblemWriter(json);
        AuthenticationManager manager = authentication -> verified(tokens, authentication);
        return http.securityMatcher("/v1/**")
                .authorizeHttpRequests(AdminSecurity::rules)
                .oauth2ResourceServer(bearer -> bearer.authenticationManagerResolver(request -> manager)
                        .authenticationEntryPoint(unauthenticated(problems))
                        .accessDeniedHandler(denied(problems)))
                .exceptionHandling(failures -> failures.authenticationEntryPoint(unauthenticated(problems))
                        .accessDeniedHandler(denied(problems)))
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .addFilterAfter(new WholeBodies(problems), AuthorizationFilter.class)
                .addFilterAfter(
                        new IdempotentCalls(new IdempotentAnswers(dataSource, seals, clock), problems),
                        WholeBodies.class)
                .build();
    }

    private static void rules(
            AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry requests) {
        requests.requestMatchers(HttpMethod.POST, "/v1/auth/login")
                .permitAll()
                .requestMatchers(HttpMethod.GET, "/v1/admin/**")
                .hasAnyRole("OWNER", "ADMIN", "AUDITOR")
                .requestMatchers("/v1/admin/**")
                .hasAnyRole("OWNER", "ADMIN")
                .requestMatchers(HttpMethod.GET, "/v1/**")
                .authenticated()
                .requestMatchers("/v1/approvals/**")
                .hasAnyRole("OWNER", "ADMIN", "APPROVER")
                .anyRequest()
                .authenticated();
    }

    private static Authentication verified(AccessTokens tokens, Authentication presented) {
        String token = presented instanceof BearerTokenAuthenticationToken bearer ? bearer.getToken() : null;
        return tokens.verify(token)
                .map(SignedIn::new)
                .orElseThrow(() -> new InvalidBearerTokenException("not an access token of an active user"));
    }

    private static AuthenticationEntryPoint unauthenticated(ProblemWriter problems) {
        return (request, response, failure) -> {
            boolean presented = request.getHeader(HttpHeaders.AUTHORIZATION) != null;
            String sentence = presented
                    ? "The credentials are not an access token of an active user, or the token is over. "
                            + "Log in at /v1/auth/login; an agent's key opens only the agents' door."
                    : Problems.sentence(HttpStatus.UNAUTHORIZED.value());
            response.setHeader(
                    HttpHeaders.WWW_AUTHENTICATE, presented ? CHALLENGE + ", error=\"invalid_token\"" : CHALLENGE);
            problems.write(response, Problem.of(HttpStatus.UNAUTHORIZED, sentence));
        };
    }

    private static AccessDeniedHandler denied(ProblemWriter problems) {
        return (request, response, failure) -> {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE + ", error=\"insufficient_scope\"");
            problems.write(response, Problem.of(HttpStatus.FORBIDDEN, sentence(request)));
        };
    }

    private static String sentence(HttpServletRequest request) {
        Authentication caller = SecurityContextHolder.getContext().getAuthentication();
        String role = caller != null && caller.getPrincipal() instanceof UserPrincipal user
                ? user.role().wireName()
                : "unknown";
        String who = request.getRequestURI().startsWith("/v1/approvals")
                ? "approvers, administrators and owners answer approvals"
                : "administrators and owners configure, auditors may read the configuration";
        return "Your role, %s, does not allow this: %s.".formatted(role, who);
    }
}
