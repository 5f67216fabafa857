"""Every way to get the manifests wrong that a rule has to see."""

from collections.abc import Sequence

from tests.deploy.mutations import configuration, exposure, network, objects, pods, replicas
from tests.deploy.mutations.mutation import Mutation

MUTATIONS: Sequence[Mutation] = [
    *objects.SCHEMAS,
    *objects.AT_HOME,
    *objects.SELECTORS,
    *objects.NAMES,
    *objects.DATA,
    *network.EDGES,
    *network.SUBNETS,
    *configuration.PROVIDED,
    *configuration.SECRETS,
    *replicas.STOPPING,
    *replicas.PROBES,
    *replicas.REPLICAS,
    *replicas.APART,
    *pods.RESTRICTED,
    *pods.OTHERS,
    *exposure.EXPOSURE,
    *exposure.IAM,
    *exposure.PARAMETERS,
    *exposure.ROLES,
]
