import Foundation
import HTTPTransport
import Testing

@testable import KubernetesClient

@Suite("kubeconfig")
struct KubeconfigTests {
    static func config(_ texts: [(String, String)]) throws -> Kubeconfig {
        try Kubeconfig(texts.map { Kubeconfig.File(path: $0.0, text: $0.1) })
    }

    static func file(cluster: String = "server: https://api:6443", user: String = "token: abc", context: String = "") -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: one
        clusters: [{name: c, cluster: {\(cluster)}}]
        users: [{name: u, user: {\(user)}}]
        contexts: [{name: one, context: {cluster: c, user: u\(context)}}]
        """
    }

    static func access(
        _ text: String, files: [String: String] = [:], environment: [String: String] = [:], path: String = "/home/u/.kube/config"
    ) throws -> ClusterAccess {
        try config([(path, text)]).access(environment: environment) { files[$0].map { Array($0.utf8) } }
    }

    static func problem(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "nothing is wrong"
        } catch let error as KubernetesError {
            return "\(error.code): \(error.reason)"
        } catch {
            return "\(error)"
        }
    }

    @Test("a context says where, as whom and in which namespace")
    func plain() throws {
        let access = try Self.access(Self.file(context: ", namespace: shop"))
        #expect(access.context == "one")
        #expect(access.server == ServerAddress(host: "api", port: 6443))
        #expect(access.namespace == "shop")
        #expect(access.trust == .system)
        guard case .token("abc") = access.credential else { return #expect(Bool(false), "\(access.credential)") }
        #expect(try Self.access(Self.file()).namespace == "default")
    }

    @Test("of several files, the first that says something wins, entry by entry")
    func merging() throws {
        let config = try Self.config([
            ("/a", "current-context: x\nusers: [{name: u, user: {token: first}}]"),
            ("/b", "current-context: y\n" + Self.file().replacing("current-context: one\n", with: "")),
            ("/c", "clusters: [{name: c, cluster: {server: 'https://other', insecure-skip-tls-verify: true}}]"),
            ("/empty", ""),
        ])
        #expect(config.currentContext == "x")
        #expect(config.contexts == ["one"])
        let access = try config.access(context: "one", environment: [:]) { _ in nil }
        #expect(access.server.host == "api")
        #expect(access.trust == .system)
        guard case .token("first") = access.credential else { return #expect(Bool(false)) }
        #expect(
            Self.problem { _ = try config.access(environment: [:]) { _ in nil } }
                == "kubernetes-bad-config: /a:/b:/c:/empty has no context \"x\"")
    }

    @Test("paths are relative to the file that has them")
    func relativePaths() throws {
        let access = try Self.access(
            Self.file(user: "tokenFile: tokens/mine"), files: ["/home/u/.kube/tokens/mine": "t"])
        guard case .tokenFile("/home/u/.kube/tokens/mine") = access.credential else { return #expect(Bool(false)) }
    }

    @Test(
        "addresses of servers",
        arguments: [
            ("https://api.example", "https://api.example:443"), ("https://[fd00::1]:6443/", "https://[fd00::1]:6443"),
            ("https://rancher/k8s/clusters/c-1", "https://rancher:443/k8s/clusters/c-1"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("api.example:6443", "https://api.example:6443"),
        ])
    func servers(text: String, read: String) {
        #expect(ServerAddress(text)?.description == read)
    }

    @Test(
        "what is wrong is told with file and key",
        arguments: [
            ("server: 7", "token: a", "clusters[0].cluster.server: a string is expected", ""),
            ("insecure-skip-tls-verify: true", "token: a", "cluster.server: no address is given", "cluster."),
            (
                "server: 'https://a b'", "token: a",
                "cluster.server: \"https://a b\" is no address of a server, as https://host:6443 is one", "cluster."
            ),
            (
                "server: ftp://a", "token: a",
                "cluster.server: \"ftp://a\" is no address of a server, as https://host:6443 is one", "cluster."
            ),
            (
                "server: https://a, certificate-authority-data: '%%'", "token: a",
                "cluster.certificate-authority-data: no base64", "cluster."
            ),
            (
                "server: https://a, certificate-authority-data: YWJj", "token: a",
                "cluster.certificate-authority-data: no certificate in PEM", "cluster."
            ),
            (
                "server: https://a, certificate-authority: ca", "token: a",
                "cluster.certificate-authority: there is no /home/u/.kube/ca", "cluster."
            ),
            (
                "server: https://a, insecure-skip-tls-verify: 'yes'", "token: a",
                "cluster.insecure-skip-tls-verify: true or false is expected", "cluster."
            ),
            (
                "server: https://a, insecure-skip-tls-verify: true, certificate-authority-data: YWJj", "token: a",
                "cluster.insecure-skip-tls-verify: does not go with certificate-authority", "cluster."
            ),
            (
                "server: https://a, proxy-url: 'https://p:1'", "token: a",
                "cluster.proxy-url: a proxy that itself speaks TLS is not spoken here", "cluster."
            ),
            (
                "server: 'https://10.0.0.1', proxy-url: 'socks5://p'", "token: a",
                "cluster.server: through a proxy, the certificate of an address (10.0.0.1) cannot be checked", "cluster."
            ),
            (
                "server: https://a", "client-certificate-data: YWJj",
                "user.client-key: a certificate is given, and no key for it", "user."
            ),
            (
                "server: https://a", "client-certificate-data: YWJj, client-key-data: YWJj",
                "user.client-certificate-data: no certificate in PEM", "user."
            ),
            ("server: https://a", "token: 'a b'", "user.token: no token: it has characters that no token has", "user."),
            ("server: https://a", "tokenFile: t", "user.tokenFile: there is no /home/u/.kube/t", "user."),
            (
                "server: https://a", "auth-provider: {name: gcp}",
                "user.auth-provider: \"gcp\" is of a kind that Kubernetes removed in 1.26", "user."
            ),
            (
                "server: https://a", "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}",
                "user.exec.apiVersion: client.authentication.k8s.io/v1alpha1 is not spoken here", "user."
            ),
            (
                "server: https://a", "exec: {apiVersion: client.authentication.k8s.io/v1}",
                "user.exec.command: no program is given", "user."
            ),
            (
                "server: https://a",
                "exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Sometimes}",
                "user.exec.interactiveMode: \"Sometimes\" is none of Never, IfAvailable, Always", "user."
            ),
            (
                "server: https://a", "exec: {apiVersion: client.authentication.k8s.io/v1, command: x, args: [1]}",
                "user.exec.args[0]: a string is expected", "user."
            ),
        ])
    func problems(cluster: String, user: String, reason: String, prefix: String) {
        let list = prefix.isEmpty ? "" : prefix == "user." ? "users[0]." : "clusters[0]."
        #expect(
            Self.problem { _ = try Self.access(Self.file(cluster: cluster, user: user)) }
                == "kubernetes-bad-config: /home/u/.kube/config: \(list)\(reason)")
    }

    @Test(
        "what is no kubeconfig at all",
        arguments: [
            ("clusters: {", "/f: line 2: did not find expected node content"), ("[]", "/f: an object is expected"),
            ("clusters: 1", "/f: clusters: an array is expected"), ("clusters: [{cluster: {}}]", "/f: clusters[0]: no \"name\""),
            ("a: 1\na: 2", "/f: line 1: a is given twice"), ("", "/f names no current context"),
            ("current-context: y", "/f has no context \"y\""),
            ("current-context: y\ncontexts: [{name: y, context: {user: u}}]", "/f: contexts[0].context: no \"cluster\""),
            (
                "current-context: y\ncontexts: [{name: y, context: {cluster: c}}]",
                "/f: context \"y\" names the cluster \"c\", which no file has"
            ),
        ])
    func shapes(text: String, reason: String) {
        #expect(
            Self.problem { _ = try Self.config([("/f", text)]).access(environment: [:]) { _ in nil } }
                == "kubernetes-bad-config: \(reason)")
    }

    @Test("KUBECONFIG lists files; those that are missing do not matter, and none at all does")
    func environment() throws {
        let files = ["/b": Self.file(), "/home/u/.kube/config": Self.file(cluster: "server: https://home")]
        let read: FileReading = { files[$0].map { Array($0.utf8) } }
        #expect(try ClusterAccess.find(environment: ["KUBECONFIG": ":/a:/b"], read: read).server.host == "api")
        #expect(try ClusterAccess.find(environment: ["HOME": "/home/u"], read: read).server.host == "home")
        #expect(try ClusterAccess.find(file: "/b", environment: ["HOME": "/home/u"], read: read).server.host == "api")
        #expect(
            Self.problem { _ = try ClusterAccess.find(environment: ["KUBECONFIG": "/x:/y"], read: read) }
                == "kubernetes-bad-config: there is no kubeconfig: no /x, no /y")
        #expect(
            Self.problem { _ = try ClusterAccess.find(file: "/x", environment: [:], read: read) }
                == "kubernetes-bad-config: there is no /x")
    }

    @Test("a pod finds the API server by its service account")
    func inCluster() throws {
        let folder = ClusterAccess.serviceAccountFolder
        let files = ["\(folder)/token": "t", "\(folder)/namespace": "shop\n"]
        let variables = ["KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443", "HOME": "/"]
        let access = try ClusterAccess.find(environment: variables) { files[$0].map { Array($0.utf8) } }
        #expect(access.context == "in-cluster")
        #expect(access.namespace == "shop")
        #expect(access.server.description == "https://10.96.0.1:443")
        #expect(
            Self.problem { _ = try ClusterAccess.find(environment: variables) { _ in nil } }
                == "kubernetes-bad-config: there is no \(folder)/token: this pod has no service account")
    }

    @Test("proxies: of the cluster, else of the environment, and whom they are not for")
    func proxies() throws {
        let own = try Self.access(Self.file(cluster: "server: https://api, proxy-url: 'http://u:p%40w@proxy:3128'"))
        #expect(own.proxy == HTTPProxy(.http, host: "proxy", port: 3128, credentials: Data("u:p@w".utf8).base64EncodedString()))
        let variables = ["HTTPS_PROXY": "proxy:8080", "NO_PROXY": "internal, .corp,10.0.0.0/8,exact.host:6443"]
        func proxy(_ server: String) throws -> String? {
            ProxySettings.fromEnvironment(variables, for: try #require(ServerAddress(server)))?.url
        }
        #expect(try proxy("https://api") == "proxy:8080")
        for server in [
            "https://localhost:1", "https://127.0.0.1", "https://internal", "https://a.internal", "https://x.corp",
            "https://10.9.8.7", "https://exact.host:6443",
        ] {
            #expect(try proxy(server) == nil, "\(server)")
        }
        for server in ["https://corp", "https://notinternal", "https://11.0.0.1", "https://exact.host:443", "https://10.example"]
        {
            #expect(try proxy(server) == "proxy:8080", "\(server)")
        }
        #expect(try proxy("http://api") == nil)
    }

    @Test("whoever is to be seen in us is told in headers")
    func impersonation() throws {
        let access = try Self.access(
            Self.file(user: "token: a, as: jane, as-uid: '7', as-groups: [dev, ops], as-user-extra: {reason: [x]}"))
        #expect(
            access.impersonation.map { "\($0.name): \($0.value)" } == [
                "Impersonate-User: jane", "Impersonate-Uid: 7", "Impersonate-Group: dev", "Impersonate-Group: ops",
                "Impersonate-Extra-reason: x",
            ])
    }

    @Test("whatever a file holds, it is read or refused")
    func fuzz() {
        var random = SplitMix(seed: 6)
        let seed = Array(Self.file(context: ", namespace: shop").utf8)
        let words = [
            "[", "{", "- ", "&a ", "*a", ": ", "\n", "  ", "!!binary ", "'", "\"", "? ", "|", "\t", "%", "---\n", "<<: *a",
            "\u{0}",
        ]
        for round in 0..<3_000 {
            var bytes =
                round % 3 == 0 ? (0..<Int(random.next() % 200)).map { _ in UInt8(truncatingIfNeeded: random.next()) } : seed
            for _ in 0..<Int(random.next() % 8) {
                let place = bytes.isEmpty ? 0 : Int(random.next() % UInt64(bytes.count))
                switch random.next() % 3 {
                case 0: bytes.insert(contentsOf: words[Int(random.next() % UInt64(words.count))].utf8, at: place)
                case 1 where !bytes.isEmpty: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                default: bytes.removeSubrange(place..<min(bytes.count, place + Int(random.next() % 20)))
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            _ = try? Self.config([("/f", text)]).access(environment: [:]) { _ in nil }
        }
    }

    @Test("depth, aliases and length have bounds")
    func bounds() {
        func reason(_ text: String) -> String { Self.problem { _ = try Self.config([("/f", text)]) } }
        #expect(reason(String(repeating: "[", count: 100_000)) == "kubernetes-bad-config: /f: has more than 48 levels")
        #expect(reason("a: " + String(repeating: "- ", count: 100)).hasPrefix("kubernetes-bad-config"))
        #expect(reason(String(repeating: "- ", count: 100_000)) == "kubernetes-bad-config: /f: has more than 48 levels")
        let stairs = (0..<2_000).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
        #expect(reason(stairs) == "kubernetes-bad-config: /f: has more than 48 levels")
        let aliases = "a: &a [x]\nb: [\((0..<20).map { _ in "*a" }.joined(separator: ", "))]"
        #expect(reason(aliases).hasPrefix("kubernetes-bad-config: /f: has more than 12 aliases"))
        #expect(reason(String(repeating: "a", count: 5 << 20)).hasPrefix("kubernetes-bad-config: /f: is longer than"))
    }
}

/// Numbers that are the same each time (splitmix64).
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
