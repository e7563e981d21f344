import FoundationEssentials
import HTTPTransport
import JSONText

/// Reads a file from outside; nil when there is none. Throws when it cannot be read.
public typealias FileReading = @Sendable (_ path: String) throws -> [UInt8]?

extension Kubeconfig {
    /// Everything that one context says.
    ///
    /// - Parameters:
    ///   - name: The context; nil: the current one.
    ///   - environment: For the proxy, where the kubeconfig names none.
    ///   - read: Reads the files that it names.
    /// - Throws: ``KubernetesError`` `.badConfig` that names file and key, or `.badCertificate`.
    public func access(
        context name: String? = nil, environment: [String: String], read: @escaping FileReading
    ) throws(KubernetesError) -> ClusterAccess {
        let (context, entry) = try context(name)
        let names = try Self.naming(entry.file) { () throws(JSONProblem) in
            (
                cluster: try entry.node.member("cluster").string(), user: try entry.node.optional("user")?.string() ?? "",
                namespace: try entry.node.optional("namespace")?.string() ?? ""
            )
        }
        guard let cluster = clusters[names.cluster] else {
            throw Self.dangling(context, "cluster", names.cluster, entry.file)
        }
        var access = try ClusterReading(entry: cluster, read: read).access(context, environment)
        access.namespace = names.namespace.isEmpty ? "default" : names.namespace
        if !names.user.isEmpty {
            guard let user = users[names.user] else { throw Self.dangling(context, "user", names.user, entry.file) }
            let reading = UserReading(entry: user, read: read)
            access.credential = try reading.credential(cluster: cluster)
            access.impersonation = try reading.impersonation()
        }
        return access
    }

    private static func dangling(_ context: String, _ kind: String, _ name: String, _ file: String) -> KubernetesError {
        KubernetesError(
            .badConfig, "\(file): context \"\(context)\" names the \(kind) \"\(name)\", which no file has",
            next: "kubectl config get-\(kind)s")
    }
}

extension Kubeconfig.Entry {
    func optional(_ key: String) throws(KubernetesError) -> String? {
        try Kubeconfig.naming(file) { () throws(JSONProblem) in
            try node.optional(key)?.string()
        }.flatMap { $0.isEmpty ? nil : $0 }
    }

    func flag(_ key: String) throws(KubernetesError) -> Bool {
        switch node.value[key] {
        case nil: return false
        case .bool(let flag): return flag
        default: throw problem(key, "true or false is expected")
        }
    }

    func problem(_ key: String, _ problem: String, next: String? = nil) -> KubernetesError {
        let path = node.path.isEmpty ? key : "\(node.path).\(key)"
        return KubernetesError(.badConfig, "\(file): \(path): \(problem)", next: next ?? "kubectl config view")
    }

    /// A path of this file: relative to the folder that the file lies in.
    func resolved(_ path: String) -> String {
        guard path.first != "/", let slash = file.lastIndex(of: "/") else { return path }
        return file[...slash] + path
    }

    /// Bytes that stand here in base64, or in a file of their own; those that stand here win.
    func bytes(_ dataKey: String, _ fileKey: String, _ read: FileReading) throws(KubernetesError) -> [UInt8]? {
        if let text = try optional(dataKey) {
            guard let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters), !data.isEmpty else {
                throw problem(dataKey, "no base64")
            }
            return [UInt8](data)
        }
        guard let path = try optional(fileKey).map(resolved) else { return nil }
        return try contents(path, fileKey, read)
    }

    func contents(_ path: String, _ key: String, _ read: FileReading) throws(KubernetesError) -> [UInt8] {
        do {
            guard let bytes = try read(path) else { throw problem(key, "there is no \(path)") }
            return bytes
        } catch let error as KubernetesError {
            throw error
        } catch {
            throw problem(key, "\(path) cannot be read: \(error)")
        }
    }
}

/// What a cluster's entry says.
struct ClusterReading {
    let entry: Kubeconfig.Entry
    let read: FileReading

    func access(_ context: String, _ environment: [String: String]) throws(KubernetesError) -> ClusterAccess {
        guard let text = try entry.optional("server") else { throw entry.problem("server", "no address is given") }
        guard let server = ServerAddress(text) else {
            throw entry.problem("server", "\"\(text)\" is no address of a server, as https://host:6443 is one")
        }
        var access = ClusterAccess(context: context, server: server, namespace: "default")
        access.trust = try trust()
        access.serverName = try entry.optional("tls-server-name")
        access.proxy = try proxy(environment, for: server)
        if access.proxy != nil, server.isSecure, server.isAddress, access.serverName == nil, access.trust != .anybody {
            throw entry.problem(
                "server", "through a proxy, the certificate of an address (\(server.host)) cannot be checked",
                next: "set tls-server-name to a name that the server's certificate has, such as kubernetes.default.svc")
        }
        return access
    }

    private func trust() throws(KubernetesError) -> TLSSettings.Trust {
        let authorities = try entry.bytes("certificate-authority-data", "certificate-authority", read)
        guard try entry.flag("insecure-skip-tls-verify") else {
            guard let authorities else { return .system }
            do { _ = try TLSSettings(trust: .authorities(authorities)) } catch {
                let key = entry.node.value["certificate-authority-data"] == nil ? "" : "-data"
                throw entry.problem("certificate-authority\(key)", "no certificate in PEM")
            }
            return .authorities(authorities)
        }
        guard authorities == nil else {
            throw entry.problem("insecure-skip-tls-verify", "does not go with certificate-authority")
        }
        return .anybody
    }

    private func proxy(_ environment: [String: String], for server: ServerAddress) throws(KubernetesError) -> HTTPProxy? {
        if let url = try entry.optional("proxy-url") {
            switch ProxySettings.proxy(url) {
            case .success(let proxy): return proxy
            case .failure(let unusable): throw entry.problem("proxy-url", unusable.reason)
            }
        }
        guard let (name, url) = ProxySettings.fromEnvironment(environment, for: server) else { return nil }
        switch ProxySettings.proxy(url) {
        case .success(let proxy): return proxy
        case .failure(let unusable):
            throw KubernetesError(.badConfig, "\(name): \(unusable.reason)", next: "unset \(name), or NO_PROXY=\(server.host)")
        }
    }
}

/// What a user's entry says.
struct UserReading {
    let entry: Kubeconfig.Entry
    let read: FileReading

    /// Of several kinds, a certificate is who we are in TLS and a token in HTTP; here the first of this order counts, which is the
    /// server's own.
    func credential(cluster: Kubeconfig.Entry) throws(KubernetesError) -> CredentialSource {
        if let exec = try Kubeconfig.naming(entry.file, { () throws(JSONProblem) in try entry.node.optional("exec") }) {
            return .plugin(try ExecPlugin(Kubeconfig.Entry(file: entry.file, node: exec), cluster: cluster, read: read))
        }
        if let certificate = try entry.bytes("client-certificate-data", "client-certificate", read) {
            guard let key = try entry.bytes("client-key-data", "client-key", read) else {
                throw entry.problem("client-key", "a certificate is given, and no key for it")
            }
            try check(certificate, key)
            return .certificate(certificate, key: key)
        }
        if let path = try entry.optional("tokenFile").map(entry.resolved) {
            _ = try entry.contents(path, "tokenFile", read)
            return .tokenFile(path)
        }
        if let token = try entry.optional("token") { return .token(try plain(token, "token")) }
        if let user = try entry.optional("username") {
            return .basic(user: user, password: try entry.optional("password") ?? "")
        }
        if let provider = entry.node.value["auth-provider"] {
            let name = provider["name"]?.text ?? "?"
            throw entry.problem(
                "auth-provider", "\"\(name)\" is of a kind that Kubernetes removed in 1.26",
                next: "an exec plugin in its place (gke-gcloud-auth-plugin, kubelogin, kubectl-oidc_login)")
        }
        return .none
    }

    private func check(_ certificate: [UInt8], _ key: [UInt8]) throws(KubernetesError) {
        do {
            _ = try TLSSettings(certificate: certificate, key: key)
        } catch {
            let name = error.part == .key ? "client-key" : "client-certificate"
            let data = entry.node.value["\(name)-data"] == nil ? "" : "-data"
            throw entry.problem("\(name)\(data)", "no \(error.part == .key ? "key" : "certificate") in PEM")
        }
    }

    /// A token goes into a header, where only visible characters may stand.
    private func plain(_ token: String, _ key: String) throws(KubernetesError) -> String {
        guard token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw entry.problem(key, "no token: it has characters that no token has")
        }
        return token
    }

    func impersonation() throws(KubernetesError) -> [(name: String, value: String)] {
        guard let user = try entry.optional("as") else { return [] }
        var headers = [(name: "Impersonate-User", value: user)]
        if let uid = try entry.optional("as-uid") { headers.append(("Impersonate-Uid", uid)) }
        for group in (entry.node.value["as-groups"]?.elements ?? []).compactMap(\.text) {
            headers.append(("Impersonate-Group", group))
        }
        if case .object(let extras)? = entry.node.value["as-user-extra"] {
            for (key, values) in extras.sorted(by: { $0.key < $1.key }) {
                for value in values.elements.compactMap(\.text) {
                    headers.append(("Impersonate-Extra-\(PercentEncoding.encoded(key))", value))
                }
            }
        }
        for header in headers where !header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
            throw entry.problem("as", "\"\(header.value)\" cannot stand in a header")
        }
        return headers
    }
}
