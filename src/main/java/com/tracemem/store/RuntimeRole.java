package com.tracemem.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * The role as which the server works: it owns nothing and can do only what migrations grant it. Roles belong to the
 * whole PostgreSQL server and are not part of a dump, so this is checked at every start, before the migrations.
 */
public final class RuntimeRole {
    public static final String NAME = "tracemem_runtime";

    private RuntimeRole() {}

    static void ensure(DataSource owner) {
        try (Connection connection = owner.getConnection();
                Statement statement = connection.createStatement()) {
            // Another node, or another database of the same server, may do this at the same moment.
            statement.execute("""
                    do $$
                    begin
                        if not exists (select from pg_roles where rolname = 'tracemem_runtime') then
                            create role tracemem_runtime nologin;
                        end if;
                    exception when duplicate_object or unique_violation then
                        null;
                    end
                    $$""");
            statement.execute("""
                    do $$
                    begin
                        if not pg_has_role(current_user, 'tracemem_runtime', 'member') then
                            execute format('grant tracemem_runtime to %I', current_user);
                        end if;
                        if current_setting('server_version_num')::int >= 160000
                                and not pg_has_role(current_user, 'tracemem_runtime', 'set') then
                            execute format('grant tracemem_runtime to %I with set true', current_user);
                        end if;
                    end
                    $$""");
        } catch (SQLException failure) {
            throw new DatabaseUnavailableException(
                    "The database role " + NAME + " is missing or not granted, and that could not be mended ("
                            + failure.getMessage()
                            + "). Let a superuser run: create role " + NAME + " nologin; grant " + NAME
                            + " to <the user of TRACEMEM_DATABASE_URL>;",
                    failure);
        }
    }
}
