import Deploying
import DockerClient
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
    /// The images of the Docker Engine of this machine; nil where `DOCKER_HOST` names none.
    let engine: EngineImages?

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
        let (transport, folder, count) = (session.transport, session.home.images, cores)
        engine = (try? DockerHost(environment["DOCKER_HOST"])).map {
            EngineImages(engine: DockerEngine(transport: transport, host: $0), folder: folder, cores: count)
        }
    }

    var loader: BaseLoader { BaseLoader(store: store, registry: registry, cores: cores, engine: engine) }
}
