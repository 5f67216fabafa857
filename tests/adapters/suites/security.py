"""The suites of the ports for tokens and passwords."""

from collections.abc import Sequence
from functools import partial

from adapters.outbound.security.common_passwords import ShippedCommonPasswords
from core.shared.ports import ServiceTokens, TokenVerifier
from core.user.ports import AccessTokens, CommonPasswords, Passwords
from tests.adapters.contracts import (
    access_tokens,
    common_passwords,
    long_password_list,
    passwords,
    service_tokens,
    slow_passwords,
    verifiers,
)
from tests.adapters.security import hashing, issuing, neighbourhood
from tests.adapters.security.doors import (
    CustomersDoor,
    ServicesDoor,
    at_product,
    door,
    made_late,
    of_accounts,
    of_customers,
)
from tests.adapters.security.step_by_step import ServiceStepByStep, StepByStep
from tests.adapters.suites.suite import Suite, broken, made_by
from tests.adapters.twins import access_tokens as broken_access_tokens
from tests.adapters.twins import bearers as broken_bearers
from tests.adapters.twins import common_passwords as broken_common_passwords
from tests.adapters.twins import passwords as broken_passwords
from tests.adapters.twins import service_tokens as broken_service_tokens
from tests.adapters.twins import service_verifiers as broken_service_verifiers
from tests.adapters.twins import short_password_lists
from tests.adapters.twins import slow_passwords as broken_slow_passwords
from tests.adapters.twins import verifiers as broken_verifiers
from tests.adapters.twins.every import every_twin
from tests.fakes import FewCommonPasswords

SUITES: Sequence[Suite] = (
    Suite(
        port=TokenVerifier,
        contracts=(verifiers,),
        adapters={
            "customers": door(CustomersDoor, of_customers),
            "late": door(CustomersDoor, made_late),
            "accounts": of_accounts,
            "services": door(ServicesDoor, at_product),
            "step_by_step": door(CustomersDoor, StepByStep),
            "services_step_by_step": door(ServicesDoor, ServiceStepByStep),
        },
        twins={
            **{twin.__name__: door(CustomersDoor, twin) for twin in every_twin(broken_verifiers, broken_bearers)},
            **{twin.__name__: door(ServicesDoor, twin) for twin in every_twin(broken_service_verifiers)},
        },
        adapter=lambda door: door.verifier,
    ),
    Suite(
        port=ServiceTokens,
        contracts=(service_tokens,),
        adapters={
            "ed25519": made_by(lambda: neighbourhood.OwnKeys(neighbourhood.of_order)),
            "by_hand": made_by(lambda: neighbourhood.OwnKeys(neighbourhood.ByHand)),
        },
        twins={
            twin.__name__: made_by(partial(neighbourhood.OwnKeys, twin)) for twin in every_twin(broken_service_tokens)
        },
        adapter=lambda here: here.tokens,
    ),
    Suite(
        port=Passwords,
        contracts=(passwords,),
        adapters={
            "bcrypt": hashing.by_bcrypt(),
            "observed": hashing.observed(),
            "plain": made_by(hashing.plain),
            "quick": made_by(hashing.quick),
        },
        twins={twin.__name__: made_by(partial(hashing.quick, twin)) for twin in every_twin(broken_passwords)},
        adapter=lambda hashing: hashing.passwords,
    ),
    Suite(
        port=Passwords,
        contracts=(slow_passwords,),
        adapters={"slow_bcrypt": hashing.by_bcrypt(cost=5), "slow_observed": hashing.observed(cost=5)},
        twins={twin.__name__: hashing.by_bcrypt(twin, cost=5) for twin in every_twin(broken_slow_passwords)},
        adapter=lambda hashing: hashing.passwords,
    ),
    Suite(
        port=CommonPasswords,
        contracts=(common_passwords,),
        adapters={"shipped": made_by(ShippedCommonPasswords), "few": made_by(FewCommonPasswords)},
        twins=broken(*every_twin(broken_common_passwords)),
    ),
    Suite(
        port=CommonPasswords,
        contracts=(long_password_list,),
        adapters={"long_shipped": made_by(ShippedCommonPasswords)},
        twins=broken(*every_twin(short_password_lists)),
    ),
    Suite(
        port=AccessTokens,
        contracts=(access_tokens,),
        adapters={"rsa": made_by(issuing.OfTheUserService), "by_hand": made_by(issuing.ByHand)},
        twins=broken(*every_twin(broken_access_tokens)),
        adapter=lambda issuing: issuing.tokens,
    ),
)
