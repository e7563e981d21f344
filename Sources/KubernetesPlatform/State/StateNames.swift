import FleetModel
import JSONText

/// What the objects are called in which the cluster keeps what a daemon would keep in its database.
///
/// They carry ``kindLabel``; what is rendered does not. So one label tells what is kept from what runs.
enum StateNames {
    /// The label of what is kept in an object.
    static let kindLabel = ObjectNames.prefix + "kind"
    /// The annotation of a pod's template: see `Deployment.generation`.
    static let generationAnnotation = ObjectNames.prefix + "generation"
    /// The annotation of when a revision's replicas were all there and ready for the first time.
    static let completedAnnotation = ObjectNames.prefix + "completed-at"
    /// The annotation of which ConfigMaps and Secrets a revision runs with.
    static let objectsAnnotation = ObjectNames.prefix + "objects"
    /// The annotation of which secrets are set now, in which version and since when.
    static let secretsAnnotation = ObjectNames.prefix + "secrets"
    /// The annotation of a Secret that somebody had made by hand, whose values were taken.
    static let adoptedAnnotation = ObjectNames.prefix + "made-by-hand"
    /// The annotation of what the holder of a lock does.
    static let verbAnnotation = ObjectNames.prefix + "verb"
    /// The managers of the fields that `env` and `secrets` set: a deploy never touches them.
    static let envManager = "beamctl-env"
    static let secretsManager = "beamctl-secrets"
    /// Who keeps a number of replicas that an autoscaler is to take over.
    static let scaleManager = "beamctl-scale"

    /// The component that what runs once has in the place of a process.
    static let onceComponent = "release-command"
    /// The component that a pod has which only boots, to see whether it does.
    static let trialComponent = "config-trial"

    /// What is kept in an object.
    enum Kind: String {
        case revision, deployment, env, secrets, cookie, lock, trial
    }

    static func revision(_ app: String, _ number: Int) -> String { "\(app)-revision-\(number)" }
    static func deployment(_ app: String) -> String { "\(app)-deployment" }
    static func env(_ app: String) -> String { "\(app)-env" }
    static func secrets(_ app: String) -> String { "\(app)-secrets" }
    static func cookie(_ cluster: String) -> String { "\(cluster)-cookie" }
    static func lock(_ app: String) -> String { "\(app)-deploy" }

    /// The labels of what is kept of an app.
    static func labels(_ app: String, _ kind: Kind) -> [String: String] {
        [
            ObjectNames.instanceLabel: app, ObjectNames.managerLabel: ObjectNames.fieldManager, kindLabel: kind.rawValue,
        ]
    }

    /// Selects what there is of an app, or of all of them.
    static func selector(_ app: String?, _ kinds: [Kind] = []) -> String {
        var parts = ["\(ObjectNames.managerLabel)=\(ObjectNames.fieldManager)"]
        if let app { parts.append("\(ObjectNames.instanceLabel)=\(app)") }
        if !kinds.isEmpty { parts.append("\(kindLabel) in (\(kinds.map(\.rawValue).joined(separator: ",")))") }
        return parts.joined(separator: ",")
    }
}

extension KubernetesObject {
    /// Whether it is a pod of a process, and none of what runs once.
    var isReplica: Bool {
        labels[ObjectNames.componentLabel].map { component in
            !component.isEmpty && component != StateNames.onceComponent && component != StateNames.trialComponent
        } ?? false
    }
}
