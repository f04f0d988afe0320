package com.tracemem.product;

import com.tracemem.secret.SecretValue;

/** What it takes to connect. */
public record ConnectorAccess(Connector connector, SecretValue password) {}
