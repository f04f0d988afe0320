package com.tracemem.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.subtle.Hkdf;
import com.google.crypto.tink.util.SecretBytes;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys everything else is encrypted under: the first encrypts, all decrypt. To change the key of a
 * running installation, give {@code old,new} to every node, then {@code new,old}, then let
 * {@link MasterKeyCheck#finishChange} finish (it runs at every such start and says so in the log), then give {@code new}
 * alone. A key in a file is changed by {@code tracemem keys rotate} without a restart.
 */
public final class MasterKey {
    /** Bytes of one key. */
    public static final int KEY_BYTES = 32;

    /** Tink's prefix: one version byte and the key's four byte id, at the start of every ciphertext. */
    static final int PREFIX_BYTES = 5;

    private static final Logger LOG = LoggerFactory.getLogger(MasterKey.class);
    private static final Duration LOOKED_AT_MOST_EVERY = Duration.ofSeconds(1);

    /** The keys as they were read together. */
    private record Ring(List<byte[]> keys, List<Integer> keyIds, Aead aead) {
        static Ring of(List<byte[]> keys) {
            List<Integer> keyIds = keys.stream().map(MasterKey::keyId).toList();
            return new Ring(keys, keyIds, MasterKey.aead(keys, keyIds));
        }

        /** Its own key alone, to encrypt under it whichever is the first. */
        Ring only(int keyId) {
            return Ring.of(List.of(keys.get(keyIds.indexOf(keyId))));
        }
    }

    private final @Nullable Supplier<MasterKey> source;
    private volatile Ring ring;
    private long lookedAt = System.nanoTime() - LOOKED_AT_MOST_EVERY.toNanos();

    private MasterKey(Ring ring, @Nullable Supplier<MasterKey> source) {
        this.ring = ring;
        this.source = source;
    }

    /**
     * The same key, which reads its source again when it meets a key that it does not know: how a running server takes up
     * a new key.
     */
    MasterKey rereading(Supplier<MasterKey> newSource) {
        return new MasterKey(ring, newSource);
    }

    /**
     * Reads one or more keys, each base64 of 32 bytes, separated by commas or line ends.
     *
     * @param source where the text is from, for the sentence of an error: a variable's or a file's name
     * @throws MasterKeyProblem when it is anything else; the message never shows what came
     */
    public static MasterKey parse(String text, String source) {
        List<byte[]> keys = new ArrayList<>();
        for (String part : text.strip().split("[,\\r\\n]+", -1)) {
            keys.add(decode(part.strip(), keys.size() + 1, source));
        }
        for (int i = 0; i < keys.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (MessageDigest.isEqual(keys.get(i), keys.get(j))) {
                    throw new MasterKeyProblem(
                            "Keys %d and %d of %s are the same. Give every key once.".formatted(j + 1, i + 1, source));
                }
            }
        }
        return new MasterKey(Ring.of(List.copyOf(keys)), null);
    }

    /**
     * A key for another use, derived from the first master key by HKDF-SHA256: the same purpose gives the
     * same bytes for as long as the master key stays the same. Fit for what may end with the master key,
     * like access tokens; not for what has to verify for years.
     */
    public byte[] derive(String purpose, int bytes) {
        return derive(ring.keys().getFirst(), purpose, bytes);
    }

    /** {@link #derive} from every master key, the first one first: sign with the first, verify with all. */
    public List<byte[]> deriveAll(String purpose, int bytes) {
        return ring.keys().stream().map(key -> derive(key, purpose, bytes)).toList();
    }

    /** Whether this is one key on its way to another. */
    public boolean isChanging() {
        return ring.keys().size() > 1;
    }

    byte[] encrypt(byte[] plaintext, byte[] associatedData) {
        return encrypt(ring, plaintext, associatedData);
    }

    /**
     * Encrypts under the key that another ciphertext is under, whichever is the first.
     *
     * @throws MasterKeyProblem when that key is not among these
     */
    byte[] encryptAs(byte[] other, byte[] plaintext, byte[] associatedData) {
        Ring now = knowing(other);
        int keyId = keyIdOf(other);
        if (!now.keyIds().contains(keyId)) {
            throw new MasterKeyProblem(
                    "The master key of this database was changed, and this node does not have the new one."
                            + " Give it the key that the other nodes have (TRACEMEM_MASTER_KEY or master.key) and start it again.");
        }
        return encrypt(now.keyIds().getFirst() == keyId ? now : now.only(keyId), plaintext, associatedData);
    }

    private static byte[] encrypt(Ring ring, byte[] plaintext, byte[] associatedData) {
        try {
            return ring.aead().encrypt(plaintext, associatedData);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("AES-256-GCM could not encrypt", impossible);
        }
    }

    /** @throws GeneralSecurityException when no key opens it for this associated data */
    byte[] decrypt(byte[] ciphertext, byte[] associatedData) throws GeneralSecurityException {
        return knowing(ciphertext).aead().decrypt(ciphertext, associatedData);
    }

    /** The keys, read again when the one that a ciphertext is under is not among them. */
    private Ring knowing(byte[] ciphertext) {
        Ring now = ring;
        if (source == null || ciphertext.length < PREFIX_BYTES || now.keyIds().contains(keyIdOf(ciphertext))) {
            return now;
        }
        return readAgain(source);
    }

    private synchronized Ring readAgain(Supplier<MasterKey> from) {
        long now = System.nanoTime();
        if (now - lookedAt >= LOOKED_AT_MOST_EVERY.toNanos()) {
            lookedAt = now;
            try {
                Ring read = from.get().ring;
                if (!read.keyIds().equals(ring.keyIds())) {
                    LOG.info(
                            "The master key was changed; {} keys are known now",
                            read.keyIds().size());
                    ring = read;
                }
            } catch (MasterKeyProblem | UncheckedIOException unusable) {
                LOG.error("The changed master key cannot be used: {}", unusable.getMessage());
            }
        }
        return ring;
    }

    private static int keyIdOf(byte[] ciphertext) {
        return ByteBuffer.wrap(ciphertext, 1, Integer.BYTES).getInt();
    }

    /** What every ciphertext of the first key starts with. */
    byte[] primaryPrefix() {
        return ByteBuffer.allocate(PREFIX_BYTES)
                .put((byte) 1)
                .putInt(ring.keyIds().getFirst())
                .array();
    }

    @Override
    public String toString() {
        return "MasterKey(%d keys)".formatted(ring.keys().size());
    }

    private static byte[] decode(String part, int position, String source) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(part);
        } catch (IllegalArgumentException notBase64) {
            // without the cause: its message quotes characters of the key
            throw new MasterKeyProblem(("Key %d of %s is not base64. A master key is base64 of 32 random bytes, "
                            + "44 characters; make one with: openssl rand -base64 32")
                    .formatted(position, source));
        }
        if (key.length != KEY_BYTES) {
            throw new MasterKeyProblem(("Key %d of %s has %d bytes, not 32. A master key is base64 of 32 random "
                            + "bytes, 44 characters; make one with: openssl rand -base64 32")
                    .formatted(position, source, key.length));
        }
        return key;
    }

    private static byte[] derive(byte[] key, String purpose, int bytes) {
        try {
            return Hkdf.computeHkdf("HmacSha256", key, new byte[0], ("tracemem/" + purpose).getBytes(UTF_8), bytes);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(
                    "HKDF could not derive %d bytes for %s".formatted(bytes, purpose), impossible);
        }
    }

    private static int keyId(byte[] key) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(key))
                    .getInt();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("This Java has no SHA-256", impossible);
        }
    }

    @AccessesPartialKey
    private static Aead aead(List<byte[]> keys, List<Integer> keyIds) {
        try {
            AesGcmParameters parameters = AesGcmParameters.builder()
                    .setKeySizeBytes(KEY_BYTES)
                    .setIvSizeBytes(12)
                    .setTagSizeBytes(16)
                    .setVariant(AesGcmParameters.Variant.TINK)
                    .build();
            KeysetHandle.Builder keyset = KeysetHandle.newBuilder();
            for (int i = 0; i < keys.size(); i++) {
                KeysetHandle.Builder.Entry entry = KeysetHandle.importKey(AesGcmKey.builder()
                        .setParameters(parameters)
                        .setIdRequirement(keyIds.get(i))
                        .setKeyBytes(SecretBytes.copyFrom(keys.get(i), InsecureSecretKeyAccess.get()))
                        .build());
                keyset.addEntry(i == 0 ? entry.makePrimary() : entry);
            }
            return keyset.build().getPrimitive(AeadConfig2026.get(), Aead.class);
        } catch (GeneralSecurityException e) {
            throw new MasterKeyProblem(
                    "The master keys do not form a key set; two of them may share an id. "
                            + "Replace the newest one: openssl rand -base64 32",
                    e);
        }
    }
}
