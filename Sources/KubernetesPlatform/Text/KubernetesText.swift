import JSONText

/// Rendered objects for people and for `kubectl apply -f -`.
public enum KubernetesText {
    /// The objects as YAML, after comments that say which Secrets have to be there and how to make them.
    ///
    /// - Parameter namespace: The objects' namespace.
    public static func yaml(_ rendered: AppObjects, namespace: String) -> String {
        comments(rendered.expectedSecrets, namespace) + YAMLText.text(of: rendered.objects.map(\.json))
    }

    /// The objects as one line of JSON: a List.
    public static func json(_ rendered: AppObjects) -> String {
        let list: JSONValue = ["apiVersion": "v1", "kind": "List", "items": .array(rendered.objects.map(\.json))]
        return String(decoding: list.bytes, as: UTF8.self)
    }

    private static func comments(_ secrets: [AppObjects.ExpectedSecret], _ namespace: String) -> String {
        guard !secrets.isEmpty else { return "" }
        let commands = secrets.map { secret in
            let keys = secret.keys.map { key in
                key == AppPlan.cookieKey && secret.keys.count == 1
                    ? #" --from-literal=cookie="$(openssl rand -hex 24)""# : " --from-file=\(key)=PATH"
            }
            return "#   kubectl -n \(namespace) create secret generic \(secret.name)\(keys.joined())\n"
        }
        return "# Secrets are not printed. These have to be there:\n" + commands.joined()
    }
}
