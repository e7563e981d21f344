import FleetModel

extension KubernetesSpec {
    /// What checked values ask of Kubernetes.
    init(_ values: [String: ManifestValue]) {
        let ingress = values.keys("ingress") ?? [:]
        self.init(
            serviceAccount: values.text("service_account"), rbac: values.boolean("rbac") ?? false,
            ingress: IngressSpec(
                className: ingress.text("class"), tlsSecret: ingress.text("tls"), annotations: ingress.texts("annotations")),
            nodeSelector: values.texts("node_selector"), tolerations: values.each("tolerations").map(TolerationSpec.init),
            labels: values.texts("labels"), annotations: values.texts("annotations"), patches: values.patches("patches"),
            ipFamily: values.text("ip_family").flatMap(IPFamily.init),
            clusterDomain: values.text("cluster_domain") ?? Self.defaultClusterDomain)
    }
}

extension TolerationSpec {
    /// What one element of the list says.
    init(_ values: [String: ManifestValue]) {
        let value = values.text("value")
        self.init(
            key: values.text("key"),
            comparison: values.text("operator").flatMap(Comparison.init) ?? (value == nil ? .exists : .equal), value: value,
            effect: values.text("effect").flatMap(Effect.init), seconds: values.integer("seconds"))
    }
}
