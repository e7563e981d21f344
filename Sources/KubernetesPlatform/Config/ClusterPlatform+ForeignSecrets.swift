import FleetModel
import JSONText
import KubernetesClient

/// The Secrets that a manifest names and somebody else has made (`secrets_from`).
extension ClusterPlatform {
    /// Which variables the Secrets of `secrets_from` give, and in words which each is in. A Secret that is not there gives none.
    public func variables(ofSecrets names: [String], in namespace: String) async throws -> [String: String] {
        try await translating {
            var variables: [String: String] = [:]
            for name in names {
                for key in try await object(.secrets, name, in: namespace)?.json["data"]?.texts?.keys.sorted() ?? [] {
                    variables[key] = "Secret \(name)"
                }
            }
            return variables
        }
    }

    /// Throws for a Secret that is not there: a container that is to have its variables never starts. Who may not look is not told.
    func demand(secrets names: [String], in namespace: String) async throws {
        for name in names {
            do {
                guard try await object(.secrets, name, in: namespace) == nil else { continue }
            } catch let error as KubernetesError where error.code == .forbidden {
                continue
            }
            throw PlatformError(
                .invalidRequest, "the Secret '\(name)', which secrets_from names, is not in the namespace '\(namespace)'",
                hint: "kubectl create secret generic \(name) -n \(namespace) --from-literal=NAME=VALUE")
        }
    }
}
