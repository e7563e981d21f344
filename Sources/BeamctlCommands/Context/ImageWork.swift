import Deploying
import Foundation
import ImageBuild
import LocalPlatform
import OCIImage
import OCIRegistry

/// What a command that makes images works with: the store, registries with the user's own credentials.
struct ImageWork: Sendable {
    let store: ImageStore
    let registry: RegistryClient
    let cores: Int

    /// Throws `OCIError` when the store cannot be made.
    init(_ session: Session) throws {
        try session.home.prepare()
        store = try ImageStore(path: session.home.images)
        let environment = session.surroundings.environment
        let helper = CredentialHelper(environment: environment)
        registry = RegistryClient(
            transport: session.transport,
            credentials: DockerConfigFile(folder: session.surroundings.dockerConfig) { try await helper.get($0, $1) })
        cores = ProcessInfo.processInfo.activeProcessorCount
    }

    var loader: BaseLoader { BaseLoader(store: store, registry: registry, cores: cores) }
}
