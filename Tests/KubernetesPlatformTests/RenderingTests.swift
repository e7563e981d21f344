import AppManifest
import FleetModel
import Foundation
import JSONText
import Testing

@testable import KubernetesPlatform

@Suite("An app's objects")
struct RenderingTests {
    private static let names = SampleManifests.all.map(\.name)

    @Test("names, labels, ports and annotations are what Kubernetes takes, and no object is there twice", arguments: names)
    func validNames(name: String) throws {
        for request in [try SampleManifests.request(name), try SampleManifests.deployed(name)] {
            let objects = try AppObjects.render(request).objects
            for object in objects {
                let longest = ["Service", "StatefulSet", "Deployment", "Job"].contains(object.kind) ? 63 : 253
                #expect(KubernetesName.problem(with: object.name) == nil && object.name.utf8.count <= longest, "\(object.name)")
                #expect(object.namespace == request.namespace)
                for (key, value) in object.labels {
                    #expect(KubernetesName.problem(withKey: key) == nil && KubernetesName.problem(withLabel: value) == nil)
                }
                #expect(object.annotations.keys.allSatisfy { KubernetesName.problem(withKey: $0) == nil })
                for port in object.json.all("ports").flatMap(\.elements) {
                    if let text = port["name"]?.text { #expect(KubernetesName.problem(withPort: text) == nil, "\(text)") }
                }
            }
            #expect(Set(objects.map { "\($0.kind) \($0.name)" }).count == objects.count)
        }
    }

    @Test("every object of an app is known as its own, but for what the cluster's apps share", arguments: names)
    func owners(name: String) throws {
        let request = try SampleManifests.deployed(name)
        for object in try AppObjects.render(request).objects {
            #expect(object.labels[ObjectNames.managerLabel] == "beamctl")
            let isShared = request.spec.cluster.name != nil && (object.name.contains("-peers") || object.name.contains("-cookie"))
            #expect(
                object.labels[ObjectNames.instanceLabel] == (isShared ? nil : request.spec.app), "\(object.kind) \(object.name)")
        }
    }

    @Test("the same gives the same bytes, and no value of a secret stands anywhere but in Secrets", arguments: names)
    func secrecy(name: String) throws {
        let request = try SampleManifests.deployed(name)
        let rendered = try AppObjects.render(request)
        #expect(try AppObjects.render(request) == rendered)
        let others = rendered.objects.filter { $0.kind != "Secret" }
        let text = YAMLText.text(of: others.map(\.json))
        for value in Array(SampleManifests.values.values) + [SampleManifests.cookie] {
            #expect(!text.contains(value) && !text.contains(Data(value.utf8).base64EncodedString()))
        }
        #expect(!text.contains("key-of-tests"))
        let printed = try AppObjects.render(SampleManifests.request(name))
        #expect(!printed.objects.contains { $0.kind == "Secret" })
    }

    @Test("what the apps of a cluster share is the same, whichever of them it is rendered for")
    func shared() throws {
        func shared(_ text: String) throws -> [KubernetesObject] {
            let spec = try Manifest.read(text)
            return try AppObjects.render(
                RenderingRequest(
                    spec: spec, release: ReleaseFacts(name: spec.app), image: "i",
                    secrets: .values(env: [:], cookie: "c", key: "k"))
            ).objects.filter { $0.labels[ObjectNames.instanceLabel] == nil }
        }
        let first = try shared("app: a\ncluster: {name: m}\nkubernetes: {labels: {x: y}}\nhttp: 4000")
        #expect(first.map(\.kind) == ["Secret", "Service"])
        #expect(try shared("app: b\ncluster: {name: m}\nidentity: stable\nshutdown: {drain: 0}") == first)
    }

    @Test("the name of a Secret tells nothing of its content without the key, and changes with the content")
    func hashes() throws {
        func name(_ value: String, _ key: String) throws -> String {
            var request = try SampleManifests.request("app: a\nsecrets: [S]")
            request.secrets = .values(env: ["S": value], cookie: "c", key: key)
            return try #require(try AppObjects.render(request).objects.first { $0.name.hasPrefix("a-secrets-") }).name
        }
        let one = try name("1", "k")
        #expect(try name("1", "k") == one)
        #expect(try name("2", "k") != one)
        #expect(try name("1", "l") != one)
    }

    @Test(
        "older servers get what they serve, and what they cannot take at all is told",
        arguments: [
            (["policy/v1beta1", "autoscaling/v1", "networking.k8s.io/v1"], 20, []),
            (["policy/v1beta1", "autoscaling/v2beta2", "networking.k8s.io/v1"], 22, []),
            ([], 18, ["no PodDisruptionBudget", "no HorizontalPodAutoscaler", "no Ingress"]),
        ] as [([String], Int, [String])])
    func versions(served: [String], minor: Int, told: [String]) throws {
        var request = try SampleManifests.request("shop")
        request.served = ServedVersions(versions: Set(served), minor: minor)
        let rendered = try AppObjects.render(request)
        #expect(rendered.warnings.map { $0.prefix { $0 != ":" } } == told.map { $0[...] })
        for object in rendered.objects where ["PodDisruptionBudget", "HorizontalPodAutoscaler", "Ingress"].contains(object.kind) {
            #expect(served.contains(object.apiVersion), "\(object.apiVersion)")
        }
        #expect(
            rendered.objects.filter { $0.kind == "PodDisruptionBudget" }.allSatisfy {
                $0.json["spec"]?["unhealthyPodEvictionPolicy"] == nil
            })
    }

    @Test(
        "what no cluster would take is refused, with the key that it is about",
        arguments: [
            ("app: a\nports: {x--y: 1}", "ports.x--y: the name has two - side by side, which Kubernetes does not take"),
            ("app: a\nports: {dist: 1}", "ports.dist: beamctl has a port of that name in every pod: give it another"),
            ("app: a\nports: {x: 4370}", "ports.x: 4370 is the port of Erlang distribution in every pod"),
            ("app: a\nhttp: 4370", "http.port: 4370 is the port of Erlang distribution in every pod"),
            ("app: a\nhttp: 80\nports: {x: 80}", "ports.x: 80 is the port of http, too"),
            (
                "app: a\nprocesses: {web: {http: 1}, peers: {ports: {x: 2}}}",
                "processes: two Services would be named a-peers: give a process another name"
            ),
            (
                "app: a\nkubernetes: {patches: [{kind: Deploymnt, spec: {}}]}",
                "kubernetes.patches[0]: changes nothing: there is no Deploymnt among what is rendered; there are NetworkPolicy, Service, Deployment, PodDisruptionBudget"
            ),
            (
                "app: a\nkubernetes: {patches: [{kind: Deployment, metadata: {name: b}}]}",
                "kubernetes.patches[0]: changes nothing: there is no Deployment b among what is rendered; there is a"
            ),
            (
                "app: a\nkubernetes: {patches: [{kind: Deployment, metadata: {namespace: b}}]}",
                "kubernetes.patches[0]: changes what Deployment a is known by: its kind, name, namespace, or labels of beamctl's"
            ),
            (
                "app: a\nkubernetes: {patches: [{kind: Deployment, spec: {template: {spec: {containers: [{image: b}]}}}}]}",
                "kubernetes.patches[0].spec.template.spec.containers: an element has no name, by which elements are told apart"
            ),
        ])
    func refusals(text: String, told: String) throws {
        let request = try SampleManifests.request(text)
        let error = #expect(throws: RenderingError.self) { try AppObjects.render(request) }
        #expect(error.map { "\($0)" } == told)
    }

    @Test("a pod passes the restricted profile, and gets longer to end than draining and grace take together", arguments: names)
    func pods(name: String) throws {
        let request = try SampleManifests.deployed(name)
        for object in try AppObjects.render(request).objects where ["Deployment", "StatefulSet", "Job"].contains(object.kind) {
            let pod = try #require(object.json["spec"]?["template"]?["spec"])
            #expect(pod["securityContext"]?["runAsNonRoot"] == true)
            #expect(pod["securityContext"]?["seccompProfile"]?["type"] == "RuntimeDefault")
            let container = try #require(pod["containers"]?.elements.first { $0["name"]?.text == request.spec.app })
            let context = try #require(container["securityContext"])
            #expect(context["allowPrivilegeEscalation"] == false && context["readOnlyRootFilesystem"] == true)
            #expect(context["capabilities"]?["drop"] == ["ALL"])
            guard object.kind != "Job" else { continue }
            guard case .number(let grace)? = pod["terminationGracePeriodSeconds"] else {
                Issue.record("no grace")
                continue
            }
            let drains = container["lifecycle"] != nil
            #expect(Int(grace) > (drains ? request.spec.shutdown.drainSeconds : 0) + request.spec.shutdown.graceSeconds)
        }
    }

    @Test("a value that refers to secrets is put together in the pod, and nothing else in it is taken for a variable")
    func composed() throws {
        let deployment = try #require(
            try AppObjects.render(SampleManifests.request("shop")).objects.first { $0.kind == "Deployment" && $0.name == "shop" })
        let env = try #require(deployment.json["spec"]?["template"]?["spec"]?["containers"]?.elements.first?["env"]?.elements)
        let texts = env.map { $0["name"]?.text ?? "" }
        let password = try #require(texts.firstIndex(of: "DB_PASSWORD"))
        let url = try #require(texts.firstIndex(of: "DATABASE_URL"))
        #expect(password < url && env[url]["value"]?.text == "ecto://shop:$(DB_PASSWORD)@db/shop$$1")
    }
}

extension JSONValue {
    fileprivate var elements: [JSONValue] {
        if case .array(let elements) = self { elements } else { [] }
    }

    /// The values of every member of this name, however deep.
    fileprivate func all(_ key: String) -> [JSONValue] {
        switch self {
        case .array(let elements): elements.flatMap { $0.all(key) }
        case .object(let members): members.flatMap { ($0.key == key ? [$0.value] : []) + $0.value.all(key) }
        default: []
        }
    }
}
