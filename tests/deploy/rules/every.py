"""Every rule that the manifests keep: a function of what is rendered, which tells each fault in a sentence."""

from collections.abc import Callable, Iterator, Mapping

from tests.deploy.rendered import Rendered
from tests.deploy.rules import (
    configuration,
    edges,
    exposure,
    iam,
    parameters,
    pods,
    probes,
    references,
    replicas,
    schemas,
    stopping,
    storage,
    written_down,
)

Rule = Callable[[Rendered], Iterator[str]]

RULES: Mapping[str, Rule] = {
    rule.__name__: rule
    for rule in (
        schemas.schemas_are_kept,
        schemas.objects_are_at_home,
        references.selectors_select_what_they_mean,
        references.names_lead_somewhere,
        storage.data_stays,
        edges.policies_are_the_calls,
        edges.the_balancers_subnets_are_let_in,
        configuration.settings_are_provided,
        configuration.settings_are_read,
        configuration.secrets_go_where_they_are_needed,
        configuration.production_takes_the_settings,
        written_down.no_secret_is_written_down,
        probes.probes_are_answered,
        replicas.rollouts_keep_everybody,
        stopping.stopping_is_waited_for,
        replicas.a_drain_leaves_one,
        replicas.replicas_are_apart,
        replicas.scaling_can_happen,
        replicas.the_namespace_has_room,
        pods.pods_are_restricted,
        pods.namespaces_enforce_it,
        pods.containers_have_their_share,
        pods.images_are_pinned,
        pods.no_pod_has_a_token,
        exposure.only_public_paths_are_routed,
        exposure.nothing_else_is_exposed,
        exposure.the_balancer_speaks_tls,
        exposure.customers_are_looked_after,
        iam.policies_are_narrow,
        iam.roles_are_for_who_needs_them,
        iam.roles_reach_what_is_asked_for,
        parameters.no_parameter_is_left_open,
        parameters.the_shop_has_one_address,
    )
}
