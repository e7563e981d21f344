import Foundation
import HTTPTransport

extension ClusterAccess {
    /// Finds the way as kubectl does: the files of `KUBECONFIG`, else `~/.kube/config`, else what a pod is given.
    ///
    /// - Parameters:
    ///   - context: The context's name; nil: the current one.
    ///   - file: A kubeconfig in the place of those of the environment.
    ///   - environment: The user's own: `KUBECONFIG`, `HOME`, proxies, and in a pod `KUBERNETES_SERVICE_HOST`.
    ///   - read: Reads files; those of a kubeconfig and what it names.
    /// - Throws: ``KubernetesError`` `.badConfig` or `.badCertificate`.
    public static func find(
        context: String? = nil, file: String? = nil, environment: [String: String], read: @escaping FileReading = SystemFiles.read
    ) throws(KubernetesError) -> ClusterAccess {
        var files: [Kubeconfig.File] = []
        for path in file.map({ [$0] }) ?? paths(environment) {
            if let text = try text(of: path, read) { files.append(Kubeconfig.File(path: path, text: text)) }
        }
        if let file, files.isEmpty {
            throw KubernetesError(.badConfig, "there is no \(file)", next: "kubectl config view")
        }
        if files.isEmpty, context == nil {
            guard let inside = try inCluster(environment: environment, read: read) else {
                throw KubernetesError(
                    .badConfig, "there is no kubeconfig: no \(paths(environment).joined(separator: ", no "))",
                    next: "export KUBECONFIG=<the file that your cluster's provider gave you>")
            }
            return inside
        }
        return try Kubeconfig(files).access(context: context, environment: environment, read: read)
    }

    private static func paths(_ environment: [String: String]) -> [String] {
        let named = (environment["KUBECONFIG"] ?? "").split(separator: ":").map(String.init)
        guard named.isEmpty else { return named }
        return ["\(environment["HOME"] ?? "")/.kube/config"]
    }

    private static func text(of path: String, _ read: FileReading) throws(KubernetesError) -> String? {
        do {
            guard let bytes = try read(path) else { return nil }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw KubernetesError(.badConfig, "\(path): no UTF-8", next: "kubectl config view")
            }
            return text
        } catch let error as KubernetesError {
            throw error
        } catch {
            throw KubernetesError(.badConfig, "\(path) cannot be read: \(error)", next: "ls -l \(path)")
        }
    }

    /// Where a pod finds its token, the cluster's authorities and its own namespace.
    static let serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// The way that a pod is given; nil outside of one.
    ///
    /// - Parameter folder: Holds `token`, `ca.crt` and `namespace`.
    /// - Throws: ``KubernetesError`` `.badConfig` when only a part of it is there.
    public static func inCluster(
        environment: [String: String], folder: String? = nil, read: FileReading = SystemFiles.read
    ) throws(KubernetesError) -> ClusterAccess? {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty else { return nil }
        let folder = folder ?? serviceAccountFolder
        guard let port = Int(environment["KUBERNETES_SERVICE_PORT"] ?? "443"), (1...65_535).contains(port) else {
            throw KubernetesError(.badConfig, "KUBERNETES_SERVICE_PORT is no port")
        }
        guard try text(of: "\(folder)/token", read) != nil else {
            throw KubernetesError(
                .badConfig, "there is no \(folder)/token: this pod has no service account",
                next: "automountServiceAccountToken: true in the pod's spec")
        }
        let server = ServerAddress(host: host, port: port)
        var access = ClusterAccess(context: "in-cluster", server: server, namespace: "default")
        if let authorities = try text(of: "\(folder)/ca.crt", read) {
            do { _ = try TLSSettings(trust: .authorities(Array(authorities.utf8))) } catch {
                throw KubernetesError(.badConfig, "\(folder)/ca.crt: no certificate in PEM")
            }
            access.trust = .authorities(Array(authorities.utf8))
        }
        let namespace = try text(of: "\(folder)/namespace", read)?.trimmingCharacters(in: .whitespacesAndNewlines)
        access.namespace = namespace.flatMap { $0.isEmpty ? nil : $0 } ?? "default"
        access.credential = .tokenFile("\(folder)/token")
        return access
    }
}
