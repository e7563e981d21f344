import FleetModel
import JSONText
import Testing

@testable import KubernetesPlatform

/// What tests of the cluster's state begin with.
enum KeptExamples {
    static let key = AppKey(namespace: "shop", app: "shop")

    static func revision(_ number: Int, secrets: [String: Int] = [:], image: String = "registry.example.com/shop:1") -> Revision {
        Revision(
            number: number,
            release: StoredRelease(
                description: ReleaseDescription(
                    tool: .mix, name: "shop", version: "0.1.0", erts: "13.1.5", otp: "25", elixir: "1.14.0",
                    applications: ["shop": "0.1.0"]),
                digest: String(repeating: "a", count: 64), image: image),
            spec: AppSpec(app: "shop", processes: ["web": ProcessSpec(replicas: 3, http: HTTPSpec())]),
            settings: Settings(secrets: secrets), origin: RevisionOrigin(user: "ann@box"),
            createdAt: Timestamp(milliseconds: 1_000))
    }

    static func deployment(_ revision: Int = 1, generation: Int = 0, intent: Deployment.Intent = .run) -> Deployment {
        Deployment(key: key, revision: revision, generation: generation, intent: intent, scale: ["web": 3])
    }
}

@Suite("What a cluster keeps of an app")
struct StateTests {
    private let key = KeptExamples.key

    @Test("a revision comes back from its ConfigMap as it was, with when it was complete")
    func revision() throws {
        let revision = KeptExamples.revision(4)
        var map = try revision.object(key, objects: [])
        map.setMetadata(
            "annotations", ["beamctl.com/completed-at": "2026-01-31T12:00:00.500000Z", "beamctl.com/objects": #"["Secret/a"]"#])
        let record = try KeptExamples.deployment(4).object(resourceVersion: "7")
        let app = try #require(KeptApp.read([map, record]).first)
        var expected = revision
        expected.completedAt = Timestamp(milliseconds: 1_769_860_800_500)
        #expect(app.revisions == [expected])
        #expect(app.objects == [4: ["Secret/a"]])
        #expect(app.deployment == KeptExamples.deployment(4))
        #expect(app.resourceVersion == "7")
        #expect(app.nextNumber == 5)
    }

    @Test("the ConfigMap of a revision is immutable, holds no secret, and names what it runs with")
    func immutable() throws {
        let content = KubernetesObject(
            "v1", "Secret", name: "shop-secrets-1", namespace: "shop", labels: [:], ["immutable": true])
        let service = KubernetesObject("v1", "Service", name: "shop", namespace: "shop", labels: [:], [:])
        let map = try KeptExamples.revision(1, secrets: ["TOKEN": 2]).object(key, objects: [service, content])
        #expect(map.json["immutable"] == true)
        #expect(map.annotations["beamctl.com/objects"] == #"["Secret/shop-secrets-1"]"#)
        #expect(map.labels["beamctl.com/kind"] == "revision")
    }

    @Test("what is in a ConfigMap and is no record is passed over")
    func foreign() {
        let map = KubernetesObject(
            "v1", "ConfigMap", name: "shop-deployment", namespace: "shop", labels: StateNames.labels("shop", .deployment),
            ["data": ["deployment.json": "{"]])
        #expect(KeptApp.read([map]).isEmpty)
    }

    @Test("a secret that is set again is another version, and the one before stays as long as a revision runs with it")
    func versions() throws {
        var settings = KeptSettings()
        let now = Timestamp(milliseconds: 5)
        try settings.apply(SettingsChange(secrets: ["TOKEN": "one"]), of: key, keeping: [], now: now)
        let runs = KeptExamples.revision(1, secrets: ["TOKEN": 1])
        try settings.apply(SettingsChange(secrets: ["TOKEN": "two"]), of: key, keeping: [runs], now: now)
        #expect(settings.settings.secrets == ["TOKEN": 2])
        #expect(try settings.values(of: runs.settings ?? Settings()) == ["TOKEN": "one"])
        try settings.apply(SettingsChange(secrets: ["TOKEN": "three"]), of: key, keeping: [], now: now)
        #expect(settings.values == ["TOKEN.3": "three"])
        #expect(throws: PlatformError.self) { try settings.values(of: runs.settings ?? Settings()) }
    }

    @Test("a secret that was unset and is set again gets a version that no revision means")
    func unset() throws {
        var settings = KeptSettings()
        let now = Timestamp(milliseconds: 5)
        try settings.apply(SettingsChange(secrets: ["TOKEN": "one"]), of: key, keeping: [], now: now)
        let runs = KeptExamples.revision(1, secrets: ["TOKEN": 1])
        try settings.apply(SettingsChange(unsetSecrets: ["TOKEN"]), of: key, keeping: [runs], now: now)
        try settings.apply(SettingsChange(secrets: ["TOKEN": "two"]), of: key, keeping: [runs], now: now)
        #expect(settings.settings.secrets == ["TOKEN": 2])
    }

    @Test("settings come back from their objects as they were")
    func settings() throws {
        var settings = KeptSettings()
        try settings.apply(
            SettingsChange(env: ["A": "1"], secrets: ["TOKEN": "s3cret ü"]), of: key, keeping: [], now: Timestamp(milliseconds: 5)
        )
        let read = try KeptSettings(env: settings.envObject(key), secrets: try settings.secretsObject(key))
        #expect(read.env == ["A": "1"])
        #expect(try read.values(of: read.settings) == ["TOKEN": "s3cret ü"])
        #expect(read.secrets["TOKEN"]?.setAt == Timestamp(milliseconds: 5))
    }

    @Test(
        "a Secret that was made by hand gives its values as first versions, keeps them, and says ever after that it was there before"
    )
    func byHand() throws {
        let data = StateText.encoded(["TOKEN": "by hand", "tls.crt": "no variable"])
        let made = KubernetesObject(
            "v1", "Secret", name: "shop-secrets", namespace: "shop", labels: [:], ["data": data, "type": "Opaque"])
        let read = try KeptSettings(env: nil, secrets: made)
        #expect(read.isUntouched && read.settings.secrets == ["TOKEN": 1])
        #expect(try read.values(of: read.settings) == ["TOKEN": "by hand"])
        let adopted = try read.secretsObject(key)
        #expect(adopted.json["data"] == StateText.encoded(["TOKEN.1": "by hand"]))
        let again = try KeptSettings(env: nil, secrets: adopted)
        #expect(!again.isUntouched && again.isByHand && again.settings == read.settings)
        var immutable = made
        immutable.json.set(["immutable"], true)
        #expect(throws: PlatformError.self) { try KeptSettings(env: nil, secrets: immutable) }
    }

    @Test("a ConfigMap of somebody else's is not taken for settings")
    func otherOwner() {
        let map = KubernetesObject("v1", "ConfigMap", name: "shop-env", namespace: "shop", labels: [:], ["data": ["A": "1"]])
        #expect(throws: PlatformError.self) { try KeptSettings(env: map, secrets: nil) }
    }

    @Test("a lock is free when it was not renewed for its whole time by our own clock, whatever its own says")
    func patience() throws {
        let holder = LockHolder(who: "ann@box, process 1", since: Timestamp(milliseconds: 0), verb: "deploy")
        func lock(_ renewed: Int64) throws -> KeptLock {
            try #require(KeptLock(KeptLock.object(key, holder, now: Timestamp(milliseconds: renewed), resourceVersion: "1")))
        }
        var patience = LockPatience()
        #expect(try !patience.isLeft(lock(1_000), elapsed: .seconds(100)))
        #expect(try !patience.isLeft(lock(1_000), elapsed: .seconds(130)))
        #expect(try !patience.isLeft(lock(11_000), elapsed: .seconds(131)))
        #expect(try !patience.isLeft(lock(11_000), elapsed: .seconds(160)))
        #expect(try patience.isLeft(lock(11_000), elapsed: .seconds(162)))
    }

    @Test("a Lease says who holds the lock, since when and for what; one without a holder is free")
    func lease() throws {
        let holder = LockHolder(who: "ann@box, process 1", since: Timestamp(milliseconds: 1_769_860_800_500), verb: "scale")
        let object = KeptLock.object(key, holder, now: holder.since, resourceVersion: nil)
        #expect(object.json.at("spec", "acquireTime") == "2026-01-31T12:00:00.500000Z")
        #expect(KeptLock(object)?.holder == holder)
        var free = object
        free.json.set(["spec", "holderIdentity"], "")
        #expect(KeptLock(free) == nil)
    }
}

@Suite("What a deployment is rendered as")
struct WantedObjectsTests {
    private func render(_ deployment: Deployment, autoscale: AutoscaleSpec? = nil) throws -> [KubernetesObject] {
        var revision = KeptExamples.revision(1)
        revision.spec.processes["web"]?.autoscale = autoscale
        return try WantedObjects.render(
            deployment, revision, secrets: [:], cookie: KeptCookie(cookie: "c", key: "k"), served: .supported
        ).objects
    }

    private func workload(_ objects: [KubernetesObject]) throws -> KubernetesObject {
        try #require(objects.first { $0.kind == "Deployment" })
    }

    @Test("so many replicas as are wanted, whatever the manifest says")
    func scale() throws {
        var deployment = KeptExamples.deployment()
        deployment.scale = ["web": 7]
        #expect(try workload(render(deployment)).json.at("spec", "replicas") == 7)
    }

    @Test("a restart changes the pods' template and nothing else")
    func restart() throws {
        let before = try workload(render(KeptExamples.deployment()))
        var after = try workload(render(KeptExamples.deployment(generation: 2)))
        #expect(after.json.at("spec", "template", "metadata", "annotations", "beamctl.com/generation") == "2")
        var annotations = after.json.at("spec", "template", "metadata", "annotations")?.texts
        annotations?["beamctl.com/generation"] = nil
        after.json.set(["spec", "template", "metadata", "annotations"], JSONValue(annotations ?? [:]))
        #expect(after == before)
    }

    @Test("what is stopped has no replica, and no autoscaler that would make one")
    func stopped() throws {
        let objects = try render(
            KeptExamples.deployment(intent: .stop), autoscale: AutoscaleSpec(fewest: 2, most: 4, cpuPercent: 50))
        #expect(try workload(objects).json.at("spec", "replicas") == 0)
        #expect(!objects.contains { $0.kind == "HorizontalPodAutoscaler" })
    }
}
