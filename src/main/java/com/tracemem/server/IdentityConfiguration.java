package com.tracemem.server;

import com.tracemem.identity.AccessTokens;
import com.tracemem.identity.AgentKeys;
import com.tracemem.identity.Agents;
import com.tracemem.identity.FirstRun;
import com.tracemem.identity.IdentityChanges;
import com.tracemem.identity.Tenants;
import com.tracemem.identity.Users;
import com.tracemem.secret.MasterKey;
import com.tracemem.secret.MasterKeyCheck;
import com.tracemem.secret.MasterKeyFile;
import com.tracemem.secret.Seals;
import com.tracemem.secret.Secrets;
import com.tracemem.store.Ids;
import com.tracemem.store.Signals;
import java.time.Clock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who acts, and the secrets of others. */
@Configuration(proxyBeanMethods = false)
class IdentityConfiguration {
    private static final String ACCESS_TOKENS = "access tokens";

    /** A wrong master key is found before anything is written under it. */
    @Bean
    MasterKey masterKey(ServerSettings settings, DataSource dataSource, Clock clock) {
        @Nullable String text = settings.masterKey();
        MasterKey key = text == null
                ? MasterKeyFile.loadOrCreate(settings.dataDirectory())
                : MasterKey.parse(text, "TRACEMEM_MASTER_KEY");
        MasterKeyCheck check = new MasterKeyCheck(dataSource, key, clock);
        check.verify();
        Thread ignored = check.finishChange();
        return key;
    }

    @Bean
    Secrets secrets(DataSource dataSource, MasterKey masterKey, Clock clock) {
        return new Secrets(dataSource, masterKey, clock);
    }

    @Bean
    Seals seals(MasterKey masterKey) {
        return new Seals(masterKey);
    }

    @Bean
    IdentityChanges identityChanges(DataSource dataSource, Signals signals) {
        return new IdentityChanges(dataSource, signals);
    }

    @Bean
    Tenants tenants(DataSource dataSource, Ids ids, Clock clock) {
        return new Tenants(dataSource, ids, clock);
    }

    @Bean
    Users users(DataSource dataSource, Ids ids, Clock clock) {
        return new Users(dataSource, ids, clock);
    }

    @Bean
    Agents agents(DataSource dataSource, IdentityChanges changes, Ids ids, Clock clock) {
        return new Agents(dataSource, changes, ids, clock);
    }

    @Bean
    AgentKeys agentKeys(DataSource dataSource, IdentityChanges changes, Ids ids, Clock clock) {
        return new AgentKeys(dataSource, changes, ids, clock);
    }

    @Bean
    AccessTokens accessTokens(MasterKey masterKey, Users users, Clock clock) {
        return new AccessTokens(masterKey.deriveAll(ACCESS_TOKENS, AccessTokens.KEY_BYTES), users, clock);
    }

    /** Runs before HTTP answers, since Tomcat accepts connections only when every room is there. */
    @Bean
    FirstRun.Outcome firstRun(
            ServerSettings settings,
            DataSource dataSource,
            Tenants tenants,
            Users users,
            Agents agents,
            AgentKeys keys,
            MasterKey provenKey,
            Clock clock) {
        return new FirstRun(dataSource, tenants, users, agents, keys, clock)
                .run(settings.dataDirectory(), settings.baseUrl().toString());
    }
}
