package com.tracemem.secret;

import java.security.GeneralSecurityException;
import java.util.Optional;

/** Encrypts short-lived blobs that others keep, such as answers that may hold a secret. */
public final class Seals {
    private final MasterKey masterKey;

    public Seals(MasterKey masterKey) {
        this.masterKey = masterKey;
    }

    /**
     * Encrypts a blob, bound to its tenant and purpose.
     *
     * @param purpose what it is and which one: {@code answer/usr_…/key}; needed to open it
     */
    public byte[] seal(String tenantId, String purpose, byte[] plaintext) {
        return masterKey.encrypt(plaintext, AssociatedData.of("seal", tenantId, purpose));
    }

    /**
     * Opens what {@link #seal} made.
     *
     * @return empty when it was changed, belongs to another tenant or purpose, or its master key is gone
     */
    public Optional<byte[]> open(String tenantId, String purpose, byte[] sealed) {
        try {
            return Optional.of(masterKey.decrypt(sealed, AssociatedData.of("seal", tenantId, purpose)));
        } catch (GeneralSecurityException unreadable) {
            return Optional.empty();
        }
    }
}
