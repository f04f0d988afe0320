package com.tracemem.approval;

/**
 * The signed message that an answer came in, so that the same message never takes effect twice.
 *
 * @param integrationId the integration whose secret verified the message
 * @param messageId the sender's id of the message
 */
public record InboundMessage(String integrationId, String messageId) {}
