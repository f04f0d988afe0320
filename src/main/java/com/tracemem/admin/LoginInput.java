package com.tracemem.admin;

/** Who wants an access token. */
record LoginInput(String email, String password) {
    private static final int LONGEST = 1000;

    static LoginInput read(Fields fields) {
        String password = fields.secret("password", LONGEST);
        fields.errors().addIf(password == null || password.isEmpty(), "password", "is missing; give the password");
        return new LoginInput(fields.requiredText("email", LONGEST), password == null ? "" : password);
    }

    @Override
    public String toString() {
        return "LoginInput(" + email + ")";
    }
}
