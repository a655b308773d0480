"""Sends what its job store holds, to be killed: ``python -m tests.network.sender STORE [AE@HOST:PORT FILE…]``; ends when done."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from viewer.app.send_jobs import SendJobs
from viewer.library.job_store import JobState, JobStore
from viewer.model.nodes import parse_node
from viewer.network.requestor import Caller
from viewer.network.storage_scu import RetryPolicy


def main() -> None:
    store = JobStore(Path(sys.argv[1]))
    changed = threading.Event()
    policy = RetryPolicy(attempts=1000, first=0.05, longest=0.05)
    jobs = SendJobs(store, lambda node: Caller("SENDER"), changed=lambda job: changed.set(), policy=policy)
    if len(sys.argv) > 2:
        jobs.add(parse_node(sys.argv[2]), sys.argv[3:])
    print("ready", flush=True)
    while any(job.state not in (JobState.DONE, JobState.FAILED) for job in jobs.jobs()):
        changed.wait(1)
        changed.clear()
    jobs.close()
    store.close()
    print("done", flush=True)


if __name__ == "__main__":
    main()
