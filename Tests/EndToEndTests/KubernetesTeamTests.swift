import FleetModel
import Foundation
import TestSupport
import Testing

@Suite("On a real Kubernetes cluster: teams", .serialized, .enabled(if: KubernetesTestbed.isThere, KubernetesTestbed.reason))
struct KubernetesTeamTests {
    /// Runs `beamctl` as a service account that may do some things.
    private func asDeveloper(_ app: KubernetesApp, _ words: String..., rights: String) async throws -> Outcome {
        try await app.kubectl("apply", "-f", "-", input: rights)
        let token = try await app.kubectl(
            "create", "--raw", "/api/v1/namespaces/\(app.namespace)/serviceaccounts/developer/token", "-f", "-",
            input: #"{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}"#)
        let answer = try #require(try JSONSerialization.jsonObject(with: Data(token.utf8)) as? [String: Any])
        let word = try #require((answer["status"] as? [String: Any])?["token"] as? String)
        let admin = try String(contentsOfFile: try #require(KubernetesTestbed.kubeconfig), encoding: .utf8)
        let lines = admin.split(separator: "\n").map { line in
            line.hasPrefix("users:") ? "users: [{name: admin, user: {token: \"\(word)\"}}]" : String(line)
        }
        let file = app.machine.home + "/developer.yaml"
        try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
        return try await Command(
            Programs.beamctl, words, environment: app.machine.environment.merging(["KUBECONFIG": file]) { $1 },
            directory: app.folder
        ).run(within: .seconds(60))
    }

    /// A user of the namespace with these rules, as YAML.
    private static func developer(_ rules: String) -> String {
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: developer}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: developer}
        rules: \(rules)
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: developer}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: developer}
        subjects: [{kind: ServiceAccount, name: developer}]
        """
    }

    private static let reader = developer(#"[{apiGroups: [""], resources: [configmaps, pods], verbs: [get, list, watch]}]"#)

    @Test(
        "who may too little is told every right that is missing, in one line, and nothing is written",
        .enabled(if: TestAPIServer.isOurs, "the kubeconfig is one whose users are known"))
    func restricted() async throws {
        try await KubernetesApp.use { app in
            let refused = try await asDeveloper(app, "deploy", "--image", app.image, rights: Self.reader)
            #expect(refused.code == 1, "\(refused)")
            let line = try #require(refused.errors.split(separator: "\n").first { $0.hasPrefix("error: ") })
            for right in ["create, patch, delete configmaps", "secrets", "deployments", "create pods/portforward"] {
                #expect(line.contains(right), "\(line)")
            }
            #expect(
                try await app.kubectl("get", "configmaps,leases", "-l", "app.kubernetes.io/managed-by=beamctl", "-o", "name")
                    .isEmpty)
            let forbidden = try await asDeveloper(app, "secrets", "list", rights: Self.reader)
            #expect(forbidden.code == 1 && forbidden.errors.contains(#"cannot get resource "secrets""#), "\(forbidden)")
            #expect(forbidden.errors.split(separator: "\n").count == 2, "\(forbidden)")
        }
    }

    private static let deployer = developer(
        """
        [{apiGroups: [""], resources: [configmaps, secrets, services, pods, pods/log, pods/portforward, events], verbs: ["*"]}, \
        {apiGroups: [apps, policy, networking.k8s.io, coordination.k8s.io], resources: ["*"], verbs: ["*"]}]
        """)

    @Test(
        "who may make no Jobs deploys without a trial, and is told the right and the key in one line",
        .enabled(if: TestAPIServer.isOurs, "the kubeconfig is one whose users are known"))
    func withoutJobs() async throws {
        try await KubernetesApp.use(replicas: 1) { app in
            let deployed = try await asDeveloper(app, "deploy", "--image", app.image, rights: Self.deployer)
            #expect(deployed.code == 0, "\(deployed)")
            let line = try #require(deployed.errors.split(separator: "\n").first { $0.contains("not tried: ") })
            #expect(line.contains("may not, in namespace \(app.namespace): create, delete jobs"), "\(line)")
            #expect(line.contains("config: {preflight: false} leaves the trial out"), "\(line)")
            let left = try await app.kubectl("get", "configmaps,secrets", "-l", "beamctl.com/kind=trial", "-o", "name")
            #expect(left.isEmpty, "\(left)")
        }
    }

    @Test("what one sets and another deploys at the same moment are both there; each makes a revision of its own")
    func together() async throws {
        try await KubernetesApp.use(replicas: 1, "shutdown: {drain: 0s}") { app in
            try await app.deploy()
            let words = [["env", "set", "FIRST=1"], ["deploy", "--image", app.image], ["env", "set", "SECOND=2"]]
            try await withThrowingTaskGroup(of: Outcome.self) { group in
                for words in words {
                    group.addTask { try await app.machine.beamctl(words, in: app.folder, within: .seconds(180)) }
                }
                for try await outcome in group { #expect(outcome.code == 0, "\(outcome)") }
            }
            let seen = try await app.beamctl(
                "rpc", #"IO.inspect(Enum.map(["FIRST", "SECOND", "GREETING"], &System.get_env/1))"#)
            #expect(seen.output == #"["1", "2", "from a test"]"# + "\n", "\(seen)")
            #expect(try await app.status().revision.number == 4)
        }
    }

    @Test("the lock of a command that was killed is taken over when it was not renewed for 30 s")
    func abandoned() async throws {
        try await KubernetesApp.use(replicas: 1) { app in
            let stuck = try app.machine.start("deploy", "--image", "registry.invalid/none:1", in: app.folder)
            try await app.machine.until("it waits for its replicas") {
                try await !app.kubectl("get", "pods", "-o", "name").isEmpty
            }
            kill(stuck.pid, SIGKILL)
            let deployed = try await app.deploy()
            #expect(
                deployed.errors.contains("waiting for ") && deployed.errors.contains("✓ lock      waited for "), "\(deployed)")
        }
    }

    @Test("a Secret that was made by hand, as render says, gives its values to a deploy, and is left behind as it was")
    func byHand() async throws {
        try await KubernetesApp.use(replicas: 1, "secrets: [TOKEN]\nshutdown: {drain: 0s}") { app in
            let rendered = try await app.beamctl("render", "kubernetes", "--image", app.image)
            #expect(rendered.output.contains("create secret generic hello-secrets --from-file=TOKEN=PATH"), "\(rendered)")
            try await app.kubectl("create", "secret", "generic", "hello-secrets", "--from-literal=TOKEN=by hand")
            try await app.deploy()
            let seen = try await app.beamctl("rpc", #"IO.puts(System.get_env("TOKEN"))"#)
            #expect(seen.output == "by hand\n", "\(seen)")
            let set = try await app.beamctl("secrets", "set", "TOKEN", input: "by beamctl")
            #expect(set.code == 0, "\(set)")
            let changed = try await app.beamctl("rpc", #"IO.puts(System.get_env("TOKEN"))"#)
            #expect(changed.output == "by beamctl\n", "\(changed)")
            let destroyed = try await app.beamctl("destroy", "--yes")
            #expect(destroyed.code == 0, "\(destroyed)")
            let left = try await app.kubectl("get", "secret", "hello-secrets", "-o", "go-template={{.data}} {{.metadata.labels}}")
            #expect(left == "map[TOKEN:\(Data("by hand".utf8).base64EncodedString())] <no value>")
        }
    }
}
