package com.tracemem.policy;

import com.tracemem.policy.PolicyText.Place;
import java.util.HashMap;
import java.util.Map;

/** Collects where the values of a text begin, as it is read, and bounds what is read. */
final class Places {
    /** Of all paths together: names that contain many values are repeated in the path of each. */
    private static final int MOST_CHARACTERS = 1_000_000;

    private static final int LONGEST_NAME = 200;

    private final Map<String, Place> places = new HashMap<>();
    private int characters;

    /** @throws InvalidPolicyException when there are too many values */
    void put(String path, Place place) {
        places.put(path, place);
        characters += path.length();
        if (places.size() > PolicyText.MOST_VALUES) {
            throw PolicyText.refused(place, "has more than " + PolicyText.MOST_VALUES + " values; make it smaller");
        }
        if (characters > MOST_CHARACTERS) {
            throw PolicyText.refused(place, "has too many values within long names; use shorter names");
        }
    }

    /** @throws InvalidPolicyException when it is too long */
    static String name(String name, Place place) {
        if (name.length() > LONGEST_NAME) {
            throw PolicyText.refused(
                    place, "has a name of " + name.length() + " characters; at most " + LONGEST_NAME + " are possible");
        }
        return name;
    }

    Map<String, Place> all() {
        return places;
    }
}
