/**
 * Secrets of others that must be used again: encrypted with AES-256-GCM under the installation's master
 * key, in a table apart from the configuration they belong to.
 *
 * <p>Promises: a ciphertext opens only for the tenant, owner, name and version it was stored for;
 * plaintext leaves this room only through {@link com.tracemem.secret.SecretValue#reveal}; no plaintext
 * and no key is in a message, a log or a {@code toString}; a wrong master key is found at start.
 *
 * <p>May call: {@code identity}, {@code store}.
 */
@NullMarked
package com.tracemem.secret;

import org.jspecify.annotations.NullMarked;
