"""A cluster of two processes on this machine, as long as somebody holds its standard input.

A program of its own, that knows nothing of the clone: workers have only what is sent to them.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Print the address of the scheduler, then wait."""
    import dask
    from distributed import LocalCluster

    workers = int(sys.argv[1])
    # Otherwise a worker that is killed twice within 15 seconds is not started again.
    dask.config.set({"distributed.deploy.lost-worker-timeout": "1 hour"})
    with LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        worker_dashboard_address=None,
    ) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
