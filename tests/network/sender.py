"""Sends what its job store holds, to be killed: ``python -m tests.network.sender STORE [NODE|URL FILE…]``; ends when done."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from viewer.app.delivery import Delivery
from viewer.app.secret_store import SecretStore
from viewer.app.send_jobs import SendJobs
from viewer.app.web_sessions import WebSessions
from viewer.library.job_store import JobState, JobStore
from viewer.model.nodes import parse_node
from viewer.model.web_archives import WebArchive, is_web_address
from viewer.network.requestor import Caller
from viewer.network.storage_scu import RetryPolicy
from viewer.network.trace import no_trace


def main() -> None:
    store = JobStore(Path(sys.argv[1]))
    changed = threading.Event()
    policy = RetryPolicy(attempts=1000, first=0.05, longest=0.05)
    delivery = Delivery(lambda node: Caller("SENDER"), WebSessions(SecretStore(), no_trace).open)
    jobs = SendJobs(store, delivery, changed=lambda job: changed.set(), policy=policy)
    if len(sys.argv) > 2:
        receiver = WebArchive(sys.argv[2]) if is_web_address(sys.argv[2]) else parse_node(sys.argv[2])
        jobs.add(receiver, sys.argv[3:])
    print("ready", flush=True)
    while any(job.state not in (JobState.DONE, JobState.FAILED) for job in jobs.jobs()):
        changed.wait(1)
        changed.clear()
    jobs.close()
    store.close()
    print("done", flush=True)


if __name__ == "__main__":
    main()
