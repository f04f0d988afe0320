package com.tracemem.secret;

import java.security.GeneralSecurityException;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A row of the table: a ciphertext and what it is bound to. */
final class StoredSecret {
    private final String tenantId;
    private final String ownerId;
    private final String name;
    private final int version;
    private final byte[] ciphertext;

    private StoredSecret(String tenantId, String ownerId, String name, int version, byte[] ciphertext) {
        this.tenantId = tenantId;
        this.ownerId = ownerId;
        this.name = name;
        this.version = version;
        this.ciphertext = ciphertext;
    }

    static StoredSecret of(ResultSet row, int number) throws SQLException {
        return new StoredSecret(
                row.getString("tenant_id"),
                row.getString("owner_id"),
                row.getString("name"),
                row.getInt("version"),
                row.getBytes("ciphertext"));
    }

    static byte[] associatedData(String tenantId, String ownerId, String name, int version) {
        return AssociatedData.of("secret", tenantId, ownerId, name, Integer.toString(version));
    }

    byte[] associatedData() {
        return associatedData(tenantId, ownerId, name, version);
    }

    byte[] open(MasterKey masterKey) throws GeneralSecurityException {
        return masterKey.decrypt(ciphertext, associatedData());
    }

    String tenantId() {
        return tenantId;
    }

    String ownerId() {
        return ownerId;
    }

    String name() {
        return name;
    }

    int version() {
        return version;
    }

    /** For messages. */
    @Override
    public String toString() {
        return "secret %s of %s (version %d)".formatted(name, ownerId, version);
    }
}
