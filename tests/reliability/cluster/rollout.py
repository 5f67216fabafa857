"""Two replicas of each service, as Deployments, and how one is replaced: as Kubernetes and its load balancer do it."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from tests.database import mongo_url
from tests.reliability.cluster.balancer import LoadBalancer
from tests.reliability.cluster.times import Times
from tests.reliability.processes.wire import Wire
from tests.system.services import SERVICES, Process, free_ports, service_process, settings_of

REPLICAS = 2


@dataclass(eq=False, slots=True, kw_only=True)
class Pod:
    """A process with an address of its own, which it shares with none before or after it."""

    process: Process
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass(eq=False, slots=True, kw_only=True)
class Deployment:
    """One service: its pods, the load balancer before them, and the ports behind its Service's own address.

    As kube-proxy does, that address chooses a pod for each connection, and never thinks of it again.
    """

    name: str
    balancer: LoadBalancer
    endpoints: list[int] = field(default_factory=list)
    pods: list[Pod] = field(default_factory=list)

    def endpoint(self) -> int:
        return random.choice(self.endpoints)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """`urls` are where the load balancers listen, by service; `ended` counts pods that ended well by being told to."""

    urls: Mapping[str, str]
    deployments: Mapping[str, Deployment]
    times: Times
    ended: list[str] = field(default_factory=list)
    _environment: Mapping[str, str]

    async def add(self, deployment: Deployment) -> None:
        """A pod more, once it is ready and the load balancer has found it healthy."""
        (port,) = free_ports(1)
        pod = Pod(process=service_process(deployment.name, port, self._environment), port=port)
        deployment.pods.append(pod)
        await pod.process.start()
        deployment.endpoints.append(pod.port)
        await deployment.balancer.register(pod.url)

    async def replace(self, deployment: Deployment, pod: Pod, *, pre_stop: float | None = None) -> None:
        """Ends a pod as it is deleted, and starts another; `pre_stop` is that of the cluster unless it is given.

        The pod is taken from the endpoints and the load balancer while its preStop sleeps: neither waits for the other.
        """
        removal = asyncio.create_task(self._remove(deployment, pod))
        await asyncio.sleep(self.times.pre_stop if pre_stop is None else pre_stop)
        async with asyncio.timeout(self.times.grace):
            await pod.process.end()
        self.ended.append(deployment.name)
        await removal
        deployment.pods.remove(pod)
        await self.add(deployment)

    async def _remove(self, deployment: Deployment, pod: Pod) -> None:
        await asyncio.sleep(self.times.propagation)
        deployment.endpoints.remove(pod.port)
        await deployment.balancer.deregister(pod.url)


@asynccontextmanager
async def cluster(times: Times) -> AsyncIterator[Cluster]:
    """All pods ready; ended with the block, whatever happens."""
    async with AsyncExitStack() as stack:
        deployments = {name: Deployment(name=name, balancer=LoadBalancer(times)) for name in SERVICES}
        virtual = {
            name: await stack.enter_async_context(Wire(deployment.endpoint).listening())
            for name, deployment in deployments.items()
        }
        services = {name: f"http://127.0.0.1:{port}" for name, port in virtual.items()}
        it = Cluster(
            urls={
                name: await stack.enter_async_context(deployment.balancer.listening())
                for name, deployment in deployments.items()
            },
            deployments=deployments,
            times=times,
            _environment=settings_of(services, STORE="mongo", MONGO_URL=mongo_url(), LOG_LEVEL="ERROR"),
        )
        try:
            await asyncio.gather(*(it.add(each) for each in deployments.values() for _ in range(REPLICAS)))
            yield it
        finally:
            for deployment in deployments.values():
                for pod in deployment.pods:
                    await pod.process.kill()
