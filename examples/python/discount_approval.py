#!/usr/bin/env python3
"""A discount that needs a human's yes: read, evaluate, ask, wait, write, commit.

Needs nothing but Python 3.8. Start a server with its sample data, and take the address and the key from what it prints:

    ./tracemem serve --demo
    TRACEMEM_URL=http://localhost:8080 TRACEMEM_AGENT_KEY=tm_... python3 examples/python/discount_approval.py

Then approve or reject on the sandbox approver's page. Ends with 0 when the discount was written, with 2 when it was not.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request

SERVER = os.environ.get("TRACEMEM_URL", "http://localhost:8080")
KEY = os.environ.get("TRACEMEM_AGENT_KEY", "")
CUSTOMER = os.environ.get("CUSTOMER_ID", "1001")
DISCOUNT = float(os.environ.get("DISCOUNT", "0.25"))
ORDER_VALUE = 10000
WAIT_SECONDS = 3600


class Refused(Exception):
    """The server said no, and why."""


def call(tool, **arguments):
    """Calls a tool and gives its answer."""
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
    request = urllib.request.Request(
        SERVER,
        data=json.dumps(body).encode(),
        headers={"Authorization": "Agent " + KEY, "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=90) as response:
            answer = json.load(response)
    except urllib.error.HTTPError as failure:
        answer = json.load(failure)
    if "error" in answer:
        raise Refused(answer["error"]["data"])
    return json.loads(answer["result"]["content"][0]["text"])


def apply_discount(decision_id, customer):
    """Writes the discount. The key makes repeating the call harmless: it is written once."""
    return call(
        "decision_write",
        decision_id=decision_id,
        product="pg_discounts_v1",
        purpose="discount_evaluation",
        mutation=discount_for(customer),
        idempotency_key="apply-discount",
    )


def discount_for(customer):
    return {
        "operation": "insert",
        "records": [
            {
                "customer_id": customer["customer_id"],
                "proposed_discount": DISCOUNT,
                "customer_tier": customer["tier"],
                "order_value": ORDER_VALUE,
            }
        ],
    }


def wait_for_approval(decision_id):
    """Waits for the human; each call is held until something changes."""
    give_up = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < give_up:
        answer = call("decision_get", decision_id=decision_id, since_status="needs_approval", wait_seconds=55)
        status = answer["status"]
        if status == "approved":
            return True
        if status in ("aborted", "rejected"):
            return False
    raise TimeoutError("Nobody answered in time")


def main():
    if not KEY:
        sys.exit("Set TRACEMEM_AGENT_KEY to an agent's key; ./tracemem serve --demo prints one.")

    decision_id = call("decision_create", intent="customer.discount.evaluate", automation_mode="propose")["decision_id"]
    print("decision", decision_id)

    customer = call(
        "decision_read",
        decision_id=decision_id,
        product="pg_customers_v1",
        purpose="discount_evaluation",
        query={"customer_id": CUSTOMER},
    )["records"][0]
    print("customer", customer["customer_id"], customer["name"], "tier", customer["tier"])

    policy = call(
        "decision_evaluate",
        decision_id=decision_id,
        policy_id="discount_cap_v1",
        inputs={"proposed_discount": DISCOUNT, "customer_tier": customer["tier"], "order_value": ORDER_VALUE},
    )
    print("policy", policy["outcome"] + ":", policy["rationale"]["message"])

    if policy["outcome"] == "deny":
        call("decision_close", decision_id=decision_id, action="abort", reason=policy["rationale"]["message"])
        print("aborted")
        return 2

    if policy["outcome"] == "requires_exception":
        try:
            apply_discount(decision_id, customer)
            sys.exit("The discount was written although nobody had approved it.")
        except Refused as refused:
            print("refused:", refused)
        approval = call(
            "decision_request_approval",
            decision_id=decision_id,
            title="High-Value Discount Approval",
            message="Customer {customer_id}, {name}: {percent:.0f}% on an order of ${value:,}. {why}".format(
                customer_id=customer["customer_id"],
                name=customer["name"],
                percent=DISCOUNT * 100,
                value=ORDER_VALUE,
                why=policy["rationale"]["message"],
            ),
            # exactly what is to be written: the approval covers this and nothing else
            proposed_action={
                "product": "pg_discounts_v1",
                "operation": "insert",
                "mutation": discount_for(customer),
            },
        )
        print("asked", approval["approval_id"], "over", approval["approval_route_id"], flush=True)
        if not wait_for_approval(decision_id):
            call("decision_close", decision_id=decision_id, action="abort", reason="Approval was rejected")
            print("aborted")
            return 2
        print("approved")

    written = apply_discount(decision_id, customer)
    print("written", written["data_ref"], "discount", written["created_records"][0]["discount_id"])
    again = apply_discount(decision_id, customer)
    print("again", again["data_ref"], "the same" if again["event_id"] == written["event_id"] else "another")
    print(call("decision_close", decision_id=decision_id, action="commit")["status"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
