/**
 * PostgreSQL: the connection pool, migrations, the embedded server, paging, and notifications between nodes. Knows
 * nothing of decisions or people.
 *
 * <p>May call no other room.
 */
@NullMarked
package com.tracemem.store;

import org.jspecify.annotations.NullMarked;
