import AppManifest
import FleetModel
import Foundation

@testable import KubernetesPlatform

/// Manifests that are rendered in tests, each with what it shows.
enum SampleManifests {
    static let all: [(name: String, text: String)] = [
        ("plain", "app: hello"),
        (
            "web",
            """
            app: hello
            replicas: 3
            http: {port: 4000, health: /health}
            """
        ),
        (
            "shop",
            """
            app: shop
            host: [shop.example.com, www.shop.example.com]
            release_command: bin/migrate
            env: {GREETING: "Hello $(WORLD)", DATABASE_URL: "ecto://shop:${secret:DB_PASSWORD}@db/shop$1"}
            secrets: [SECRET_KEY_BASE]
            secrets_from: [shop-mail]
            cluster: {name: market}
            image: {name: registry.example.com/acme/shop, pull_secrets: [registry]}
            shutdown: {drain: 20s, grace: 45s}
            rollout: {max_surge: 50%, max_unavailable: 1}
            release: {replace_os_vars: true}
            processes:
              web:
                replicas: 2
                http: {port: 4000, health: "/up?deep=$1"}
                ports: {metrics: 9568}
                resources: {cpu: 500m, memory: 512Mi}
                autoscale: {min: 2, max: 10, cpu: 60}
              api: {http: {port: 4001, path: /api}}
              worker: {command: [start], ports: {admin: 9000}, env: {ROLE: worker}}
            kubernetes:
              rbac: true
              ingress: {class: nginx, tls: shop-tls, annotations: {cert-manager.io/cluster-issuer: letsencrypt}}
              node_selector: {disk: ssd}
              tolerations: [{key: dedicated, value: beam, effect: NoSchedule}, {effect: NoExecute, seconds: 60}]
              labels: {team: checkout}
              annotations: {example.com/owner: "checkout: all"}
              patches:
                - kind: Deployment
                  spec: {template: {spec: {priorityClassName: high}}}
                - kind: Deployment
                  metadata: {name: shop}
                  spec:
                    template:
                      spec:
                        containers:
                          - {name: side, image: "example.com/side:1", env: [{name: N, value: "1"}]}
                          - {name: shop, env: [{name: BEAMCTL_HEALTH_HOST, value: other.example.com}]}
            """
        ),
        (
            "stable",
            """
            app: hello
            replicas: 3
            identity: stable
            volumes: {data: {path: /data, size: 10Gi, storage_class: fast}, log: {path: /log, size: 500Mi}}
            resources: {cpu: 2, memory: 1Gi}
            autoscale: {max: 5}
            kubernetes: {ip_family: dual, service_account: hello}
            """
        ),
        ("alone", "app: hello\ncluster: {discovery: none}\nports: {mqtt: 1883}"),
        ("own", "app: hello\ncluster: {discovery: app, node_name: hostname}\nprocesses: {jobs: {}, api: {http: 8080}}"),
        (
            "six",
            "app: hello\nhttp: 4000\nkubernetes: {ip_family: ipv6, cluster_domain: k8s.test}\nrelease_command: eval \"X.y($1)\""
        ),
        ("staging", "app: hello\nenvironments: {staging: {on: kubernetes, namespace: test, replicas: 1, env: {A: b}}}"),
        (
            "long",
            "app: a234567890123456789012345678901234567890\nprocesses: {b23456789: {http: 4000, ports: {abcdefghijklmno: 1}}}"
        ),
        ("reference", ManifestReference.text),
    ]

    /// beamctl's own DNS, as a cluster would have it beside another.
    static let nameServer = NameServerObjects(namespace: "kube-system", image: "registry.example.com/beamctl:0.1.0")
    /// The same in another's place.
    static let chosenNameServer = NameServerObjects(
        namespace: "dns", image: "registry.example.com/beamctl:0.1.0", clusterAddress: "10.96.0.10", domain: "k8s.test",
        replicas: 3, pullSecrets: ["registry"])

    static func spec(_ name: String) throws -> AppSpec {
        let text = all.first { $0.name == name }?.text ?? name
        return try Manifest.read(text, environment: name == "staging" ? "staging" : nil)
    }

    /// A request without any secret's value.
    static func request(_ name: String) throws -> RenderingRequest {
        let spec = try spec(name)
        return RenderingRequest(
            spec: spec, release: ReleaseFacts(name: "hello", version: "0.1.0+7", application: "hello"),
            image: "registry.example.com/acme/hello:0.1.0",
            namespace: spec.platform.namespace ?? "default",
            secrets: .references(env: "\(spec.app)-secrets", cookie: "\(spec.clusterName)-cookie"))
    }

    static let values = [
        "DB_PASSWORD": "p4ssw0rd-of-tests", "SECRET_KEY_BASE": "secret-key-base-of-tests",
    ]
    static let cookie = "cookie-of-tests"

    /// A request as a deploy makes it, secrets and revision included.
    static func deployed(_ name: String) throws -> RenderingRequest {
        var request = try request(name)
        request.settings = Settings(env: ["SET": "it's ${secret:X} $(Y)"], secrets: values.mapValues { _ in 1 })
        request.secrets = .values(env: values, cookie: cookie, key: "key-of-tests")
        request.revision = RevisionFacts(
            number: 7, origin: RevisionOrigin(user: "ann@laptop", commit: String(repeating: "c", count: 40), isDirty: true))
        return request
    }
}
