import FleetModel
import JSONText
import Testing

@testable import KubernetesPlatform

@Suite("What is tried, and shown, of a configuration in a cluster")
struct TrialTests {
    private static let key = AppKey(namespace: "shop", app: "shop")

    private func orders(_ name: String) throws -> ([String: OnceOrder], [KubernetesObject]) {
        var request = try SampleManifests.request(name)
        request.secrets = .values(
            env: ["SECRET_KEY_BASE": "s", "DB_PASSWORD": "p"], cookie: "cookie", key: "key")
        let objects = try AppObjects.render(request).objects
        let key = AppKey(namespace: request.namespace, app: request.spec.app)
        return (TrialOrders.make(objects, key, mark: "abcd1234", within: 60), objects)
    }

    private func pod(_ order: OnceOrder) throws -> JSONValue {
        try #require(order.object.json.at("spec", "template"))
    }

    @Test("no Service, workload or policy of the app selects the pod of a trial", arguments: ["web", "shop", "stable"])
    func unselected(_ name: String) throws {
        let (orders, objects) = try orders(name)
        #expect(!orders.isEmpty)
        for order in orders.values {
            let labels = try pod(order).at("metadata", "labels")?.texts ?? [:]
            for object in objects {
                let selector =
                    object.kind == "Service"
                    ? object.json.at("spec", "selector")?.texts
                    : object.json.at("spec", "selector", "matchLabels")?.texts
                        ?? object.json.at("spec", "podSelector", "matchLabels")?.texts
                guard let selector, !selector.isEmpty else { continue }
                #expect(!selector.allSatisfy { labels[$0.key] == $0.value }, "\(object.reference) selects \(labels)")
            }
        }
    }

    @Test("its pod gets the variables, the image and the security of a replica, and nothing that keeps it alive")
    func same() throws {
        let (orders, objects) = try orders("shop")
        let order = try #require(orders["web"])
        let own = try #require(try pod(order).at("spec", "containers")?.elements.first)
        let workload = try #require(objects.first { $0.kind == "Deployment" && $0.name == "shop" })
        let replica = try #require(
            workload.json.at("spec", "template", "spec", "containers")?.elements.first { $0["name"]?.text == "shop" })
        for key in ["image", "securityContext", "resources", "volumeMounts"] { #expect(own[key] == replica[key], "\(key)") }
        let names = { (container: JSONValue) in Set((container["env"]?.elements ?? []).compactMap { $0["name"]?.text }) }
        let missing = names(replica).subtracting(names(own))
        #expect(
            missing.allSatisfy {
                ["BEAMCTL_PROBE_PORT", "BEAMCTL_APPLICATION", "BEAMCTL_HEALTH_PATH", "BEAMCTL_HEALTH_HOST"].contains($0)
            })
        for key in ["ports", "startupProbe", "readinessProbe", "livenessProbe", "lifecycle"] {
            #expect(own[key] == nil, "\(key)")
        }
        let spec = try #require(try pod(order)["spec"])
        #expect(spec["restartPolicy"] == "Never" && spec["priorityClassName"] == "high")
        #expect(spec["containers"]?.elements.count == 1, "a container beside it would not end")
        #expect(order.object.json.at("spec", "backoffLimit") == 0)
        #expect(order.object.json.at("spec", "activeDeadlineSeconds") == 90)
    }

    @Test("what it runs with has names of its own, and is removed by them")
    func apart() throws {
        let (orders, objects) = try orders("shop")
        let order = try #require(orders["web"])
        let content = Set(objects.filter(\.isContent).map(\.name))
        #expect(!order.needed.isEmpty && order.needed.allSatisfy { $0.name.contains("-abcd1234-") && !content.contains($0.name) })
        #expect(order.needed.allSatisfy { $0.labels[StateNames.kindLabel] == "trial" })
        let text = String(decoding: order.object.json.bytes, as: UTF8.self)
        for object in order.needed { #expect(text.contains("\"\(object.name)\"")) }
        let names = orders.values.flatMap(\.needed).map(\.name)
        #expect(orders.count > 1 && Set(names).count == names.count, "two trials at once have the same: \(names)")
        for name in content { #expect(!text.contains("\"\(name)\"")) }
    }

    @Test("what a replica keeps is not mounted: a folder is, in its place")
    func volumes() throws {
        let order = try #require(try orders("stable").0.values.first)
        let volumes = try pod(order).at("spec", "volumes")?.elements ?? []
        let mounts = try pod(order).at("spec", "containers")?.elements.first?["volumeMounts"]?.elements ?? []
        for mount in mounts { #expect(volumes.contains { $0["name"] == mount["name"] }, "\(mount)") }
        #expect(volumes.allSatisfy { $0["persistentVolumeClaim"] == nil })
    }

    @Test("what the release reads is printed of one that boots only where that is wanted", arguments: [true, false])
    func reading(_ reads: Bool) throws {
        var request = try SampleManifests.request("web")
        request.secrets = .values(env: [:], cookie: "cookie", key: "key")
        let objects = try AppObjects.render(request).objects
        let orders = TrialOrders.make(
            objects, AppKey(namespace: request.namespace, app: request.spec.app), mark: "m", within: 60, reads: reads)
        let container = try pod(try #require(orders.values.first)).at("spec", "containers")?.elements.first
        let tries = container?["env"]?.elements.first { $0["name"]?.text == "BEAMCTL_CONFIG_TRIES" }?["value"]?.text
        #expect(tries?.contains("BeamctlConfigReads") == reads)
    }

    @Test("processes whose pods get the same are tried once")
    func once() throws {
        let (orders, objects) = try orders("shop")
        #expect(orders.count <= objects.count(where: \.isWorkload))
        #expect(orders.values.map(\.object.name).count == Set(orders.values.map(\.object.name)).count)
    }

    @Test("the variables of pods are told, and none of the user's")
    func variables() throws {
        let request = try SampleManifests.request("shop")
        let given = try PodVariables.given(request.spec, release: request.release, tool: .mix, namespace: "shop")
        let web = try #require(given["web"])
        #expect(web["POD_IP"] == "$(status.podIP)" && web["PORT"] == "4000" && web["PHX_SERVER"] == "true")
        #expect(web["RELEASE_NODE"] == "market@$(POD_IP)" && web["DNS_CLUSTER_QUERY"]?.hasPrefix("market-peers.") == true)
        #expect(web["GREETING"] == nil && web["DATABASE_URL"] == nil && web["SECRET_KEY_BASE"] == nil)
        #expect(given["worker"]?["PORT"] == nil)
    }

    @Test("the files that a pod shows are read by their sizes, and only those below the release")
    func listing() {
        let text = """
            file 5 releases/start_erl.data
            1 2
            x
            file 3 ../../etc/passwd
            abc
            file 3 /etc/passwd
            abc
            there releases/1/elixir
            file 2 releases/1/env.sh
            #!
            file 9999 releases/1/vm.args
            cut
            """
        let files = ReleaseListing.read(Array(text.utf8))
        #expect(files.keys.sorted() == ["releases/1/elixir", "releases/1/env.sh", "releases/start_erl.data"])
        #expect(files["releases/start_erl.data"].map { String(decoding: $0, as: UTF8.self) } == "1 2\nx")
        #expect(ReleaseListing.read(Array("file -1 a\n\nfile 99999999999999999999 b\n".utf8)).isEmpty)
        #expect(ReleaseListing.read([]).isEmpty)
    }
}
