package com.tracemem.server;

import org.springframework.core.env.MutablePropertySources;
import org.springframework.web.context.support.StandardServletEnvironment;

/**
 * An environment of application.properties alone: a variable such as SERVER_PORT that a machine has for another
 * program's sake does not configure this one. TraceMem's own variables are read by {@link ServerSettings}.
 */
final class OwnEnvironment extends StandardServletEnvironment {
    @Override
    protected void customizePropertySources(MutablePropertySources sources) {
        // none of the machine's
    }
}
