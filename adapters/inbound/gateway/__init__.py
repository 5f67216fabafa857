"""One port in front of the four services, routed by the ingress manifest as the load balancer would."""
