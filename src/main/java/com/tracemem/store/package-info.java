/**
 * The room of PostgreSQL. It promises an open, migrated database behind a {@link javax.sql.DataSource} whose
 * connections run as the restricted runtime role; an embedded server that survives crashes of either side; wake-ups
 * between nodes; keyset pages; and time-ordered ids.
 *
 * <p>It calls no other room.
 */
@NullMarked
package com.tracemem.store;

import org.jspecify.annotations.NullMarked;
