import AppManifest
import FleetModel
import Testing

@Suite("What a manifest says of Kubernetes")
struct KubernetesManifestTests {
    private func problems(_ text: String) -> [String] {
        do throws(ManifestError) {
            _ = try Manifest.read("app: a\n" + text)
            return []
        } catch {
            return error.description.split(separator: "\n").map { String($0.dropFirst("beamctl.yml:".count)) }
        }
    }

    @Test("what is given is read, in the manifest and in an environment of it")
    func given() throws {
        let text = """
            app: shop
            secrets_from: [shop-mail, shop.database]
            image: {pull_secrets: [registry]}
            resources: {cpu: 1}
            autoscale: {min: 2, max: 9, cpu: 50}
            identity: stable
            volumes:
              data: {path: /data, size: 10Gi, storage_class: fast}
            kubernetes:
              service_account: shop
              rbac: true
              ingress: {class: nginx, tls: shop-tls, annotations: {example.com/a: "1"}}
              node_selector: {disk: ssd}
              tolerations:
                - key: dedicated
                  value: beam
                - {key: gpu, operator: Exists, effect: NoExecute, seconds: 2m}
              labels: {team: checkout}
              annotations: {a: b c}
              ip_family: ipv6
              cluster_domain: k8s.test
            environments:
              production:
                on: kubernetes
                context: prod
                namespace: shops
                kubernetes: {rbac: false, tolerations: []}
            """
        let spec = try Manifest.read(text)
        let process = try #require(spec.processes["web"])
        #expect(process.autoscale == AutoscaleSpec(fewest: 2, most: 9, cpuPercent: 50) && process.replicas == 2)
        #expect(process.identity == .stable)
        #expect(process.volumes == ["data": VolumeSpec(path: "/data", sizeBytes: 10 << 30, storageClass: "fast")])
        #expect(spec.secretsFrom == ["shop-mail", "shop.database"] && spec.image.pullSecrets == ["registry"])
        #expect(spec.platform == PlatformSpec())
        let expected = KubernetesSpec(
            serviceAccount: "shop", rbac: true,
            ingress: IngressSpec(className: "nginx", tlsSecret: "shop-tls", annotations: ["example.com/a": "1"]),
            nodeSelector: ["disk": "ssd"],
            tolerations: [
                TolerationSpec(key: "dedicated", comparison: .equal, value: "beam"),
                TolerationSpec(key: "gpu", effect: .noExecute, seconds: 120),
            ], labels: ["team": "checkout"], annotations: ["a": "b c"], ipFamily: .ipv6, clusterDomain: "k8s.test")
        #expect(spec.kubernetes == expected)
        let production = try Manifest.read(text, environment: "production")
        #expect(production.platform == PlatformSpec(kind: .kubernetes, context: "prod", namespace: "shops"))
        #expect(
            !production.kubernetes.rbac && production.kubernetes.tolerations.isEmpty
                && production.kubernetes.serviceAccount == "shop")
        // The same manifest is deployed on a machine of one's own, and says what that leaves out.
        #expect(spec.withoutEffectLocally.count == 3 && AppSpec(app: "a").withoutEffectLocally.isEmpty)
    }

    @Test("a patch keeps the types that YAML gives to what stands without quotes; a quoted text is one, whatever it looks like")
    func patches() throws {
        let text = """
            app: a
            kubernetes:
              patches:
                - kind: Deployment
                  apiVersion: apps/v1
                  metadata: {name: a}
                  spec: {a: 3, b: "3", c: true, d: "true", e: ~, f: 1.5, g: yes, h: [x, [1], {}], i: "${env:N}", j: "q\\"\\\\\\n\\u0001ä"}
                - {kind: Service, spec: {p: 0x1F, q: -7, r: 1e3}}
            """
        let patches = try Manifest.read(text, variables: ["N": "7"]).kubernetes.patches
        #expect(
            patches == [
                KubernetesPatch(
                    kind: "Deployment", name: "a",
                    json: #"{"metadata":{"name":"a"},"spec":{"a":3,"b":"3","c":true,"d":"true","e":null,"f":1.5,"g":"yes","#
                        + ##""h":["x",[1],{}],"i":"7","j":"q\"\\\n\u0001ä"}}"##),
                KubernetesPatch(kind: "Service", json: #"{"spec":{"p":"0x1F","q":-7,"r":1000.0}}"#),
            ])
    }

    @Test(
        "each mistake is told with its place and its reason",
        arguments: [
            ("on: kubernets", "2:5: on: expected local, kubernetes, found \"kubernets\"; did you mean kubernetes?"),
            ("namespace: 9", "2:1: namespace: \"9\" does not begin with a lower-case letter"),
            ("kubernetes: {ingres: x}", "2:14: kubernetes.ingres: unknown key; did you mean ingress?"),
            ("kubernetes: {rbak: true}", "2:14: kubernetes.rbak: unknown key; did you mean rbac?"),
            (
                "kubernetes: {service_account: A_B}",
                "2:31: kubernetes.service_account: \"A_B\" is no name of an object: a-z, 0-9, - and . make one, with a letter or a digit at both ends"
            ),
            ("secrets_from: shop", "2:15: secrets_from: expected a list of names such as [shop-database], found \"shop\""),
            ("secrets_from: [a, a]", "2:19: secrets_from: a is named twice; first in line 2"),
            (
                "kubernetes: {labels: {beamctl.com/x: y}}",
                "2:23: kubernetes.labels.beamctl.com/x: \"beamctl.com/x\" is set by beamctl itself; leave it out"
            ),
            (
                "kubernetes: {labels: {a: b c}}",
                "2:26: kubernetes.labels.a: \"b c\" is no value of a label: letters, digits, -, _ and . make one, at most 63, with a letter or a digit at both ends"
            ),
            (
                "kubernetes: {tolerations: {key: a}}",
                "2:27: kubernetes.tolerations: expected a list, each element with keys, found keys"
            ),
            ("kubernetes: {tolerations: [{kee: a}]}", "2:29: kubernetes.tolerations[0].kee: unknown key; did you mean key?"),
            (
                "kubernetes: {tolerations: [{value: a}]}",
                "2:28: kubernetes.tolerations[0]: key is missing: a value is one of a key"
            ),
            (
                "kubernetes: {tolerations: [{key: a, seconds: 5}]}",
                "2:37: kubernetes.tolerations[0].seconds: is for effect: NoExecute alone"
            ),
            (
                "autoscale: {max: 5}",
                "2:1: autoscale: counts in shares of resources.cpu, and there is none: give one, such as resources: {cpu: 500m}"
            ),
            ("resources: {cpu: 1}\nautoscale: {min: 5, max: 2}", "3:21: autoscale.max: is less than the fewest, which is 5"),
            (
                "resources: {cpu: 1}\nautoscale: {min: 5}",
                "3:1: autoscale: max is missing: how many replicas there may be at most"
            ),
            (
                "volumes: {data: {path: /data, size: 1Gi}}",
                "2:1: volumes: belong to replicas that keep their number: give identity: stable, too"
            ),
            ("identity: stable\nvolumes: {data: {path: /data}}", "3:11: volumes.data: size is missing"),
            (
                "identity: stable\nvolumes: {data: {path: data, size: 1Gi}}",
                "3:18: volumes.data.path: \"data\" is no absolute path"
            ),
            (
                "identity: stable\nvolumes: {data: {path: /tmp/x, size: 1Gi}}",
                "3:18: volumes.data.path: \"/tmp/x\" lies in /tmp, which is taken"
            ),
            (
                "identity: stable\nvolumes: {cookie: {path: /x, size: 1Gi}}",
                "3:11: volumes.cookie: every pod has a volume of that name already; give it another"
            ),
            ("identity: stabel", "2:11: identity: expected none, stable, found \"stabel\"; did you mean stable?"),
            (
                "kubernetes: {patches: [{spec: {}}]}",
                "2:24: kubernetes.patches[0].kind: is missing: say which objects are changed, such as kind: Deployment"
            ),
            (
                "kubernetes: {patches: {kind: x}}",
                "2:23: kubernetes.patches: expected a list of objects such as [{kind: Deployment, spec: …}], found keys"
            ),
            (
                "environments: {dev: {on: local, kubernetes: {rbac: true}}}",
                "2:33: environments.dev.kubernetes: is for Kubernetes, and this environment says on: local; leave it out, or say on: kubernetes"
            ),
            (
                "replicas: 1\nprocesses: {web: {}}\nautoscale: {max: 2}",
                "2:1: replicas: is short for processes.web.replicas, and processes is given: say it there"
            ),
        ])
    func mistakes(text: String, told: String) {
        #expect(problems(text).first == told)
    }

    @Test("a manifest for both platforms is read for either of them")
    func both() throws {
        let text = """
            app: a
            kubernetes: {rbac: true}
            secrets_from: [x]
            environments: {prod: {on: kubernetes}, dev: {on: local}}
            """
        #expect(try Manifest.read(text).platform.kind == .local)
        #expect(try Manifest.read(text, environment: "dev").platform.kind == .local)
        #expect(try Manifest.read(text, environment: "prod").platform.kind == .kubernetes)
    }

    @Test("a patch that is too deep or too long is refused")
    func bounds() {
        let deep = String(repeating: "{a: ", count: 40) + "1" + String(repeating: "}", count: 40)
        #expect(problems("kubernetes: {patches: [{kind: X, spec: \(deep)}]}").first?.contains("deeper than 32 levels") == true)
        let long = "[" + (0..<9000).map { _ in "aaaaaaaa" }.joined(separator: ", ") + "]"
        #expect(problems("kubernetes: {patches: [{kind: X, spec: \(long)}]}").first?.contains("longer than 64 KiB") == true)
        let many = "[" + (0..<200).map { _ in "{kind: X}" }.joined(separator: ", ") + "]"
        #expect(problems("kubernetes: {patches: \(many)}").first?.contains("more than 100 patches") == true)
    }
}
