import FoundationEssentials
import JSONText

/// A program that gives credentials (client.authentication.k8s.io, v1 and v1beta1): what it is asked, and how its answer is read.
struct ExecPlugin: Sendable {
    /// Whether it may ask its user something.
    enum Interaction: String, Sendable {
        case never = "Never"
        case ifAvailable = "IfAvailable"
        case always = "Always"
    }

    /// `client.authentication.k8s.io/v1`
    let apiVersion: String
    /// A name to be searched for, or a path.
    let command: String
    let arguments: [String]
    /// What is added to our own environment.
    let variables: [String: String]
    let interaction: Interaction
    /// What to do when it is not there.
    let installHint: String?
    /// What it is told of the cluster, when it wants that.
    let cluster: JSONValue?
    /// The file and the key that it was read from.
    let place: String

    static let versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]

    init(_ entry: Kubeconfig.Entry, cluster: Kubeconfig.Entry, read: FileReading) throws(KubernetesError) {
        guard let version = try entry.optional("apiVersion"), Self.versions.contains(version) else {
            let given = entry.node.value["apiVersion"]?.text ?? "nothing"
            throw entry.problem(
                "apiVersion", "\(given) is not spoken here",
                next: "\(Self.versions[0]), or a newer version of the program")
        }
        guard let command = try entry.optional("command") else { throw entry.problem("command", "no program is given") }
        apiVersion = version
        self.command = command.contains("/") ? entry.resolved(command) : command
        (arguments, variables) = try Kubeconfig.naming(entry.file) { () throws(JSONProblem) in
            var variables: [String: String] = [:]
            for variable in try entry.node.optional("env")?.elements() ?? [] {
                variables[try variable.member("name").string()] = try variable.member("value").string()
            }
            var arguments: [String] = []
            for argument in try entry.node.optional("args")?.elements() ?? [] { arguments.append(try argument.string()) }
            return (arguments, variables)
        }
        let mode = try entry.optional("interactiveMode") ?? Interaction.ifAvailable.rawValue
        guard let interaction = Interaction(rawValue: mode) else {
            throw entry.problem("interactiveMode", "\"\(mode)\" is none of Never, IfAvailable, Always")
        }
        self.interaction = interaction
        installHint = try entry.optional("installHint")
        self.cluster = try entry.flag("provideClusterInfo") ? try Self.description(of: cluster, read) : nil
        place = entry.node.path.isEmpty ? entry.file : "\(entry.file): \(entry.node.path)"
    }

    /// A cluster's entry as a plugin gets it.
    private static func description(of cluster: Kubeconfig.Entry, _ read: FileReading) throws(KubernetesError) -> JSONValue {
        var members: [String: JSONValue] = [:]
        for key in ["server", "tls-server-name", "insecure-skip-tls-verify", "proxy-url", "disable-compression"] {
            if let value = cluster.node.value[key] { members[key] = value }
        }
        let authorities = try cluster.bytes("certificate-authority-data", "certificate-authority", read)
        if let authorities { members["certificate-authority-data"] = .string(Data(authorities).base64EncodedString()) }
        let extensions = cluster.node.value["extensions"]?.elements ?? []
        let own = extensions.first { $0["name"]?.text == "client.authentication.k8s.io/exec" }
        if let config = own?.at("extension") { members["config"] = config }
        return .object(members)
    }

    /// What it finds in `KUBERNETES_EXEC_INFO`.
    func question(isInteractive: Bool) -> String {
        var spec: [String: JSONValue] = ["interactive": .bool(isInteractive)]
        spec["cluster"] = cluster
        let question: JSONValue = .object([
            "apiVersion": .string(apiVersion), "kind": .string("ExecCredential"), "spec": .object(spec),
        ])
        return String(decoding: question.bytes, as: UTF8.self)
    }

    /// What it gave.
    struct Answer: Sendable, Equatable {
        var token: String?
        /// PEM.
        var certificate: [UInt8]?
        /// PEM.
        var key: [UInt8]?
        /// Seconds since 1970; nil: it does not expire as far as the plugin knows.
        var expires: Double?
    }

    /// Reads what it wrote. Throws ``KubernetesError`` `.execPlugin`, which never holds what it wrote.
    func read(_ output: [UInt8]) throws(KubernetesError) -> Answer {
        guard let document = try? JSONReader.read(output), document["kind"]?.text == "ExecCredential" else {
            throw failure("what it writes is no ExecCredential")
        }
        guard document["apiVersion"]?.text == apiVersion else {
            throw failure("it answers in \(document["apiVersion"]?.text ?? "no version"), asked in \(apiVersion)")
        }
        var answer = Answer()
        answer.token = document.at("status", "token")?.text.flatMap { $0.isEmpty ? nil : $0 }
        answer.certificate = document.at("status", "clientCertificateData")?.text.map { Array($0.utf8) }
        answer.key = document.at("status", "clientKeyData")?.text.map { Array($0.utf8) }
        guard (answer.certificate == nil) == (answer.key == nil) else {
            throw failure("it gives a certificate without a key, or a key without a certificate")
        }
        guard answer.token != nil || answer.certificate != nil else {
            throw failure("it gives neither a token nor a certificate")
        }
        guard answer.token?.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) ?? true else { throw failure("its token is none") }
        if let moment = document.at("status", "expirationTimestamp")?.text {
            guard let expires = Moment.seconds(moment) else { throw failure("its expirationTimestamp is no time") }
            answer.expires = expires
        }
        return answer
    }

    func failure(_ reason: String, next: String? = nil) -> KubernetesError {
        let call = ([command] + arguments).joined(separator: " ")
        return KubernetesError(.execPlugin, "\(place): \(command): \(reason)", next: next ?? "\(call.prefix(300))")
    }
}
