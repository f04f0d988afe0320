package com.tracemem.secret;

/** Needed to read a secret's plaintext: search for {@code SecretAccess.granted} to find all who do. */
public final class SecretAccess {
    private static final SecretAccess GRANTED = new SecretAccess();

    private SecretAccess() {}

    public static SecretAccess granted() {
        return GRANTED;
    }
}
