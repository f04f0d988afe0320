package com.tracemem.delivery;

import com.tracemem.approval.DeliveryClaim;
import com.tracemem.approval.Destination;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Claimed messages on their way: so many at a time to one destination, so many in all, and tenants take turns. An
 * endpoint that hangs fills its own lane and no other.
 */
final class Lanes {

    /** A message to be sent; its lease was taken at {@code claimedAt}, in nanoseconds of {@link System#nanoTime}. */
    record Job(Sending sending, long claimedAt) {
        Destination destination() {
            DeliveryClaim claim = sending.claim();
            return new Destination(claim.tenantId(), claim.integrationId());
        }
    }

    private static final class Lane {
        private final Destination destination;
        private final ArrayDeque<Job> waiting = new ArrayDeque<>();
        private int running;
        /** When the lane last began or ended a send. */
        private long moved;

        Lane(Destination destination) {
            this.destination = destination;
        }
    }

    private final DeliverySettings settings;
    private final Function<Job, Runnable> send;
    private final Runnable onRoom;
    private final Map<Destination, Lane> lanes = new HashMap<>();
    private final ArrayDeque<String> turns = new ArrayDeque<>();
    private final Map<String, List<Lane>> byTenant = new HashMap<>();
    private int held;
    private int inFlight;

    /**
     * @param send does the I/O, after which its place in the lane is free, and gives what records the outcome: until
     *     that is done the message counts as being on its way
     * @param onRoom is told when more messages can be taken in
     */
    Lanes(DeliverySettings settings, Function<Job, Runnable> send, Runnable onRoom) {
        this.settings = settings;
        this.send = send;
        this.onRoom = onRoom;
    }

    /** How many more messages may be claimed now. */
    synchronized int room() {
        return Math.clamp(settings.concurrency() + 2L * settings.batch() - held, 0, settings.batch());
    }

    /** Destinations for which nothing more should be claimed now. */
    synchronized Set<Destination> full() {
        return lanes.values().stream()
                .filter(lane -> lane.waiting.size() >= settings.perDestination())
                .map(lane -> lane.destination)
                .collect(Collectors.toSet());
    }

    synchronized void add(List<Job> jobs) {
        for (Job job : jobs) {
            Lane lane = lanes.get(job.destination());
            if (lane == null) {
                lane = new Lane(job.destination());
                lanes.put(lane.destination, lane);
                List<Lane> ofTenant = byTenant.get(lane.destination.tenantId());
                if (ofTenant == null) {
                    ofTenant = new ArrayList<>();
                    byTenant.put(lane.destination.tenantId(), ofTenant);
                    turns.addLast(lane.destination.tenantId());
                }
                ofTenant.add(lane);
            }
            lane.waiting.addLast(job);
            held++;
        }
        startWhatFits();
    }

    /** Does what a message needs that is not sent, beside the lanes; it takes room until it is done. */
    void beside(Runnable work) {
        synchronized (this) {
            held++;
        }
        Thread.ofVirtual().name("delivery-beside").start(() -> {
            try {
                work.run();
            } finally {
                released(0);
            }
        });
    }

    private void startWhatFits() {
        for (int passed = 0; passed < turns.size() && inFlight < settings.concurrency(); ) {
            String tenantId = turns.removeFirst();
            turns.addLast(tenantId);
            passed = startOne(byTenant.getOrDefault(tenantId, List.of())) ? 0 : passed + 1;
        }
    }

    private boolean startOne(List<Lane> ofTenant) {
        for (int i = 0; i < ofTenant.size(); i++) {
            Lane lane = ofTenant.get(i);
            Job job = lane.running < settings.perDestination() ? lane.waiting.pollFirst() : null;
            if (job != null) {
                ofTenant.add(ofTenant.remove(i));
                lane.running++;
                lane.moved = System.nanoTime();
                inFlight++;
                Thread.ofVirtual().name("delivery-", inFlight).start(() -> run(lane, job));
                return true;
            }
        }
        return false;
    }

    private void run(Lane lane, Job job) {
        try {
            Runnable report;
            try {
                report = send.apply(job);
            } finally {
                sent(lane);
            }
            report.run();
        } finally {
            released(1);
        }
    }

    private synchronized void sent(Lane lane) {
        lane.running--;
        lane.moved = System.nanoTime();
        removeIfEmpty(lane);
        startWhatFits();
    }

    private void released(int flown) {
        boolean roomAgain;
        synchronized (this) {
            held--;
            inFlight -= flown;
            startWhatFits();
            roomAgain = held % settings.perDestination() == 0;
            notifyAll();
        }
        if (roomAgain) {
            onRoom.run();
        }
    }

    /**
     * Takes out what would wait too long: messages whose lease would not outlive their send, and in lanes that do not
     * move all but a few. They are still due and will be claimed again.
     */
    synchronized List<DeliveryClaim> takeOutStalled() {
        long now = System.nanoTime();
        Duration usable = settings.lease().minus(settings.longestSend()).dividedBy(2);
        List<DeliveryClaim> out = new ArrayList<>();
        for (Lane lane : List.copyOf(lanes.values())) {
            boolean still = lane.running >= settings.perDestination()
                    && now - lane.moved > settings.poll().toNanos();
            while (!lane.waiting.isEmpty()
                    && ((still && lane.waiting.size() > settings.perDestination())
                            || now - lane.waiting.peekFirst().claimedAt() > usable.toNanos())) {
                out.add((still ? lane.waiting.pollLast() : lane.waiting.pollFirst())
                        .sending()
                        .claim());
            }
            removeIfEmpty(lane);
        }
        held -= out.size();
        return out;
    }

    /** Takes out everything that has not started. */
    synchronized List<DeliveryClaim> takeOutWaiting() {
        List<DeliveryClaim> out = new ArrayList<>();
        for (Lane lane : List.copyOf(lanes.values())) {
            lane.waiting.forEach(job -> out.add(job.sending().claim()));
            lane.waiting.clear();
            removeIfEmpty(lane);
        }
        held -= out.size();
        return out;
    }

    /** Waits until nothing is on its way; false when the time is over. */
    synchronized boolean awaitEmpty(Duration longest) throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        while (held > 0) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    private void removeIfEmpty(Lane lane) {
        if (lane.running > 0 || !lane.waiting.isEmpty() || lanes.get(lane.destination) != lane) {
            return;
        }
        String tenantId = lane.destination.tenantId();
        lanes.remove(lane.destination);
        List<Lane> ofTenant = byTenant.getOrDefault(tenantId, new ArrayList<>());
        ofTenant.remove(lane);
        if (ofTenant.isEmpty()) {
            byTenant.remove(tenantId);
            turns.remove(tenantId);
        }
    }
}
