package com.tracemem.approval;

/** A command about one message, whose row is locked and read for it. */
sealed interface DeliveryCommand permits ReportDelivery, RetryDelivery {

    String tenantId();

    String deliveryId();
}
