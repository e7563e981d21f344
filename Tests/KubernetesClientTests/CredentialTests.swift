import Foundation
import JSONText
import Synchronization
import Testing

@testable import KubernetesClient

@Suite("who we are")
struct CredentialTests {
    static func plugin(_ members: String, cluster: String = "server: https://api") throws -> ExecPlugin {
        let text = KubeconfigTests.file(
            cluster: cluster, user: "exec: {apiVersion: client.authentication.k8s.io/v1, \(members)}")
        guard case .plugin(let plugin) = try KubeconfigTests.access(text).credential else {
            throw KubernetesError(.badConfig, "no plugin")
        }
        return plugin
    }

    static func pods(_ request: FakeAPIServer.Request, _ token: String) -> FakeAPIServer.Answer {
        request.header("Authorization") == "Bearer \(token)"
            ? .json(#"{"kind":"PodList","metadata":{"resourceVersion":"1"},"items":[]}"#)
            : .status(401, "Unauthorized", "Unauthorized")
    }

    @Test("a token, and user and password, go into the header")
    func headers() async throws {
        let server = try await FakeAPIServer { _, _ in .json("{}") }
        for credential in [CredentialSource.token("abc"), .basic(user: "u", password: "p"), .none] {
            let client = server.client(credential)
            _ = try await client.get(.pods, "x")
            await client.shutdown()
        }
        #expect(server.requests.map { $0.header("Authorization") } == ["Bearer abc", "Basic dTpw", nil])
        #expect(server.requests.first?.uri == "/api/v1/namespaces/shop/pods/x")
    }

    @Test("a token in a file is read again, after its time and when the server does not know it")
    func tokenFile() async throws {
        let time = Mutex(0.0)
        let token = Mutex("one")
        let server = try await FakeAPIServer { request, _ in
            .json(
                #"{"seen":"\#(request.header("Authorization") ?? "")"}"#,
                request.header("Authorization") == "Bearer old" ? 401 : 200)
        }
        let client = server.client(
            .tokenFile("/t"), now: { time.withLock { $0 } }, read: { _ in token.withLock { Array("\($0)\n".utf8) } })
        func seen() async throws -> String? { try await client.get(.pods, "x")["seen"]?.text }
        #expect(try await seen() == "Bearer one")
        token.withLock { $0 = "two" }
        #expect(try await seen() == "Bearer one")
        time.withLock { $0 = 31 }
        #expect(try await seen() == "Bearer two")
        token.withLock { $0 = "old" }
        time.withLock { $0 = 62 }
        let error = await #expect(throws: KubernetesError.self) { try await seen() }
        #expect(error?.code == .unauthorized)
        token.withLock { $0 = "three" }
        #expect(try await seen() == "Bearer three")
        await client.shutdown()
    }

    @Test("a plugin is asked once by many, again before it expires, and again when the server does not know its answer")
    func plugin() async throws {
        let time = Mutex(0.0)
        let runs = Mutex(0)
        let server = try await FakeAPIServer { request, _ in
            request.header("Authorization") == "Bearer t3" ? .status(401, "Unauthorized", "expired") : .json("{}")
        }
        let client = server.client(
            .plugin(try Self.plugin("command: login")), now: { time.withLock { $0 } },
            run: { _ in
                let run = runs.withLock { runs in
                    runs += 1
                    return runs
                }
                await Task.yield()
                return ExecPlugin.Answer(token: "t\(run)", expires: time.withLock { $0 } + 100)
            })
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<10 { group.addTask { _ = try await client.get(.pods, "x") } }
            try await group.waitForAll()
        }
        #expect(runs.withLock { $0 } == 1)
        time.withLock { $0 = 89 }
        _ = try await client.get(.pods, "x")
        #expect(runs.withLock { $0 } == 1)
        time.withLock { $0 = 91 }
        _ = try await client.get(.pods, "x")
        #expect(runs.withLock { $0 } == 2)
        time.withLock { $0 = 182 }
        // The third one's answer is not known to the server: a fourth run.
        _ = try await client.get(.pods, "x")
        #expect(runs.withLock { $0 } == 4)
        await client.shutdown()
    }

    @Test("a plugin is told of the cluster when it wants that")
    func question() throws {
        let told = try Self.plugin(
            "command: login, provideClusterInfo: true",
            cluster:
                "server: https://api, insecure-skip-tls-verify: true, extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: 7}}]"
        )
        #expect(
            told.question(isInteractive: false)
                == #"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"cluster":{"config":{"audience":7},"insecure-skip-tls-verify":true,"server":"https://api"},"interactive":false}}"#
        )
        #expect(
            try Self.plugin("command: login").question(isInteractive: true)
                == #"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":true}}"#)
        #expect(try Self.plugin("command: ./bin/login").command == "/home/u/.kube/./bin/login")
    }

    @Test(
        "an answer that is none is refused, and never shown",
        arguments: [
            ("secret", "what it writes is no ExecCredential"), ("{}", "what it writes is no ExecCredential"),
            (
                #"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"secret"}}"#,
                "it answers in client.authentication.k8s.io/v1beta1, asked in client.authentication.k8s.io/v1"
            ),
            (
                #"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}"#,
                "it gives neither a token nor a certificate"
            ),
            (
                #"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"clientKeyData":"secret"}}"#,
                "it gives a certificate without a key, or a key without a certificate"
            ),
            (
                #"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"secret\n"}}"#,
                "its token is none"
            ),
            (
                #"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"secret","expirationTimestamp":"tomorrow"}}"#,
                "its expirationTimestamp is no time"
            ),
        ])
    func answers(output: String, reason: String) throws {
        let plugin = try Self.plugin("command: login")
        let error = #expect(throws: KubernetesError.self) { try plugin.read(Array(output.utf8)) }
        #expect(error?.code == .execPlugin)
        #expect(error?.reason == "/home/u/.kube/config: users[0].user.exec: login: \(reason)")
    }

    @Test("times with and without fractions")
    func times() {
        #expect(Moment.seconds("1970-01-01T00:01:00Z") == 60)
        #expect(Moment.seconds("1970-01-01T01:01:00+01:00") == 60)
        #expect(Moment.seconds("1970-01-01T00:01:00.5Z") == 60.5)
        #expect(Moment.seconds("soon") == nil)
    }
}

@Suite("programs that give credentials")
struct PluginRunnerTests {
    private static func run(_ script: String, more: String = "", patience: Duration = .seconds(30)) async throws -> (
        ExecPlugin.Answer, [String]
    ) {
        let lines = Mutex<[String]>([])
        let indented = script.split(separator: "\n").map { "          \($0)" }.joined(separator: "\n")
        let text = """
            current-context: one
            clusters: [{name: c, cluster: {server: "https://api"}}]
            contexts: [{name: one, context: {cluster: c, user: u}}]
            users:
            - name: u
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/v1
                  command: sh
                  env: [{name: GREETING, value: hello}]
                  args:
                  - -c
                  - |
            \(indented)
            \(more)
            """
        guard case .plugin(let plugin) = try KubeconfigTests.access(text).credential else {
            throw KubernetesError(.badConfig, "no plugin")
        }
        var runner = PluginRunner(environment: ["PATH": "/usr/bin:/bin"]) { line in lines.withLock { $0.append(line) } }
        runner.patience = patience
        return (try await runner.run(plugin), lines.withLock { $0 })
    }

    @Test("one is given its question and its variables, and what it says is heard")
    func answers() async throws {
        let (answer, lines) = try await Self.run(
            #"""
            echo "$GREETING" >&2
            case "$KUBERNETES_EXEC_INFO" in *'"kind":"ExecCredential"'*) ;; *) exit 9 ;; esac
            echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"abc","expirationTimestamp":"2030-01-01T00:00:00Z"}}'
            """#)
        #expect(answer.token == "abc")
        #expect(answer.expires == 1_893_456_000)
        #expect(lines == ["hello"])
    }

    @Test("one that fails is told by its last words, one that is missing by its hint")
    func failures() async throws {
        let failed = await #expect(throws: KubernetesError.self) {
            try await Self.run("echo no >&2; echo log in first >&2; exit 3")
        }
        #expect(failed?.reason.hasSuffix("sh: it ended with an error: log in first") == true, "\(failed?.reason ?? "")")
        let missing = try CredentialTests.plugin("command: no-such-login, installHint: install it from there")
        let error = await #expect(throws: KubernetesError.self) {
            try await PluginRunner(environment: ["PATH": "/usr/bin"], onLine: { _ in }).run(missing)
        }
        #expect(error?.code == .execPlugin)
        #expect(error?.next == "install it from there")
    }

    @Test("one that does not come to an end, or writes without one, is ended")
    func bounds() async throws {
        let slow = await #expect(throws: KubernetesError.self) { try await Self.run("sleep 600", patience: .milliseconds(200)) }
        #expect(slow?.reason.contains("it gives no answer within") == true)
        let endless = await #expect(throws: KubernetesError.self) { try await Self.run("cat /dev/zero") }
        #expect(endless?.reason.hasSuffix("its answer is longer than 1 MiB") == true, "\(endless?.reason ?? "")")
    }

    @Test("one that wants to ask its user is not run without a terminal", .enabled(if: isatty(0) == 0, "there is a terminal"))
    func interactive() async throws {
        let error = await #expect(throws: KubernetesError.self) {
            try await Self.run("true", more: "          interactiveMode: Always".replacing("          ", with: "      "))
        }
        #expect(
            error?.reason.hasSuffix("it wants to ask its user something, and there is no terminal") == true,
            "\(error?.reason ?? "")")
    }
}
