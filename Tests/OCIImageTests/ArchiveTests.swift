import Foundation
import Testing

@testable import OCIImage

@Suite("Archives and layouts, as other tools write and read them")
struct ArchiveTests {
    private let scratch: Scratch
    private let store: ImageStore
    private let here = ImagePlatform(architecture: "amd64")

    init() throws {
        scratch = try Scratch()
        store = try scratch.store()
    }

    private func image(_ text: String = "hello", architecture: String = "amd64") throws -> Image {
        var config = ImageConfig(platform: ImagePlatform(architecture: architecture), created: "1970-01-01T00:00:00Z")
        config.config = ImageConfig.Execution()
        config.config?.command = ["/bin/run"]
        config.history = [ImageConfig.History(created: nil, createdBy: "a test")]
        return try store.makeImage(
            config, layers: [try LayerWriter(store: store, cores: 1).layer(of: [.text("bin", text)])])
    }

    private func write(_ image: Image, _ name: String = "a.tar") throws -> String {
        let path = "\(scratch.path)/\(name)"
        try ArchiveWriter(store: store).write(
            image.descriptor, images: [image], forDocker: image, name: try ImageReference("acme/hello:1"), to: path)
        return path
    }

    private func reader(_ name: String) throws -> (ArchiveReader, ImageStore) {
        let other = try scratch.store(name)
        return (ArchiveReader(store: other, cores: 1), other)
    }

    @Test("an archive that is written is read back with the same digest, and skopeo finds it there as both of its kinds")
    func roundTrip() throws {
        let image = try image()
        let path = try write(image)
        let (reader, other) = try reader("other")
        #expect(try reader.read(path, for: here).descriptor.digest == image.descriptor.digest)
        #expect(other.blobs.has(image.layers[0].descriptor.digest))
        let told = try scratch.shell("skopeo inspect oci-archive:a.tar && skopeo inspect docker-archive:a.tar")
        #expect(told.contains("\"Digest\": \"\(image.descriptor.digest)\""))
        #expect(told.components(separatedBy: "\"\(image.layers[0].descriptor.digest)\"").count >= 2)
        try scratch.shell("skopeo copy -q docker-archive:a.tar oci:copied:x && umoci unpack --rootless --image copied:x unpacked")
        #expect(try scratch.bytes("unpacked/rootfs/bin") == Array("hello".utf8))
    }

    @Test("two archives of one image are the same to the byte")
    func deterministic() throws {
        let image = try image()
        _ = (try write(image, "a.tar"), try write(image, "b.tar"))
        #expect(try scratch.bytes("a.tar") == scratch.bytes("b.tar"))
    }

    @Test("what skopeo writes as docker save does is read, plain and through gzip")
    func saved() throws {
        let image = try image()
        _ = try write(image)
        try scratch.shell("skopeo copy -q oci-archive:a.tar docker-archive:saved.tar:acme/hello:1 && gzip -k saved.tar")
        for name in ["saved.tar", "saved.tar.gz"] {
            let (reader, _) = try reader(name + ".store")
            let read = try reader.read("\(scratch.path)/\(name)", for: here)
            #expect(read.layers.map(\.diffID) == image.layers.map(\.diffID) && read.config.config?.command == ["/bin/run"])
        }
    }

    @Test("the root of a file system becomes an image of one layer, for the machine of its programs")
    func fileSystem() throws {
        try scratch.shell(
            "mkdir -p root/usr/bin root/etc && cp /bin/true root/usr/bin/ && tar -C root -cf root.tar . && tar -C root -czf root.tgz ."
        )
        for name in ["root.tar", "root.tgz"] {
            let (reader, other) = try reader(name + ".store")
            let image = try reader.read("\(scratch.path)/\(name)", for: .here)
            #expect(image.layers.count == 1 && image.config.platform == .here)
            #expect(try ImageTree(of: image, in: other).resolve("usr/bin/true") == "usr/bin/true")
            // Compressing takes long: the second time it is remembered.
            let blob = other.blobs.path(of: image.layers[0].descriptor.digest)
            try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: blob)
            #expect(try reader.read("\(scratch.path)/\(name)", for: .here).descriptor.digest == image.descriptor.digest)
            #expect(
                try FileManager.default.attributesOfItem(atPath: blob)[.modificationDate] as? Date
                    == Date(timeIntervalSince1970: 1))
        }
    }

    @Test("an archive or a layout for another machine is refused, and says for which there is one")
    func platforms() throws {
        let path = try write(try image(architecture: "arm64"))
        let (reader, _) = try reader("other")
        let error = #expect(throws: OCIError.self) { try reader.read(path, for: here) }
        #expect(error?.code == .noPlatform && error?.description.contains("linux/arm64") == true)
    }

    @Test("an index over two machines gives each its own")
    func index() throws {
        let (amd, arm) = (try image("amd"), try image("arm", architecture: "arm64"))
        let top = try store.makeIndex([amd, arm])
        try store.name(top, "both")
        let named = try store.descriptor(named: "both")
        #expect(try store.image(named, for: here).descriptor.digest == amd.descriptor.digest)
        #expect(try store.image(named, for: ImagePlatform(architecture: "arm64")).descriptor.digest == arm.descriptor.digest)
        #expect(throws: OCIError.self) { try store.image(named, for: ImagePlatform(architecture: "riscv64")) }
        let path = "\(scratch.path)/both.tar"
        try ArchiveWriter(store: store).write(
            top, images: [amd, arm], forDocker: amd, name: try ImageReference("both:1"), to: path)
        let (reader, _) = try reader("other")
        #expect(try reader.read(path, for: ImagePlatform(architecture: "arm64")).descriptor.digest == arm.descriptor.digest)
        let raw = try scratch.shell("skopeo inspect --raw oci-archive:both.tar")
        #expect(raw.contains(amd.descriptor.digest.description) && raw.contains(arm.descriptor.digest.description))
    }

    @Test("one store's image is copied to another with every digest checked")
    func copied() throws {
        let image = try image()
        try store.name(image.descriptor, "x")
        let other = try scratch.store("other")
        #expect(try other.copy(image, from: try ImageStore(reading: store.path)).descriptor.digest == image.descriptor.digest)
        let layer = store.blobs.path(of: image.layers[0].descriptor.digest)
        try Data("damaged".utf8).write(to: URL(filePath: layer))
        let third = try scratch.store("third")
        let error = #expect(throws: OCIError.self) { try third.copy(image, from: store) }
        #expect(error?.code == .digestMismatch)
        #expect(scratch.names("third/blobs/sha256").allSatisfy { !$0.hasPrefix(".") })
    }

    @Test("names are told apart, and a missing one is told with those that there are")
    func names() throws {
        let (one, two) = (try image("one"), try image("two"))
        try store.name(one.descriptor, "a")
        try store.name(two.descriptor, "b")
        try store.name(two.descriptor, "a")
        #expect(try store.descriptor(named: "a").digest == two.descriptor.digest)
        let error = #expect(throws: OCIError.self) { try store.descriptor(named: "c") }
        #expect(error?.next?.contains("a") == true && error?.next?.contains("b") == true)
        #expect(throws: OCIError.self) { try store.descriptor(named: nil) }
    }

    @Test("a layout that is written holds what the specification has, and nothing of ours")
    func layout() throws {
        let layout = try ImageStore(path: scratch.path + "/layout")
        let image = try layout.copy(try image("one"), from: store)
        try layout.name(image.descriptor, "1")
        #expect(scratch.names("layout") == ["blobs", "index.json", "oci-layout"])
    }

    @Test("what no name leads to is removed once it is old; what one leads to, through an index too, is not")
    func tidy() throws {
        let (old, amd, arm) = (try image("old"), try image("amd"), try image("arm", architecture: "arm64"))
        try store.name(old.descriptor, "x")
        try store.name(try store.makeIndex([amd, arm]), "x")
        try store.tidy(olderThan: 3600)
        #expect(store.blobs.has(old.descriptor.digest))
        try store.tidy(olderThan: -1)
        #expect(!store.blobs.has(old.descriptor.digest) && !store.blobs.has(old.layers[0].descriptor.digest))
        for image in [amd, arm] {
            #expect(image.blobs.allSatisfy { store.blobs.has($0.digest) } && store.blobs.has(image.descriptor.digest))
        }
        #expect(scratch.names("store/layers").count == 2)
        #expect(try self.image("old").descriptor == old.descriptor)
    }

    @Test(
        "what is no image, or a hostile one, is refused and nothing stays behind",
        arguments: [
            ("printf x > a.tar", OCIError.Code.badArchive), (": > a.tar", .badArchive),
            ("tar -cf a.tar --files-from /dev/null", .badImage),
            ("mkdir r; echo hi > r/hi; tar -C r -cf a.tar .", .badImage),
            ("mkdir r; echo '[]' > r/manifest.json; tar -C r -cf a.tar .", .noPlatform),
            ("mkdir r; echo '{' > r/manifest.json; tar -C r -cf a.tar .", .badImage),
            ("mkdir r; echo '[{\"Config\":\"../c\",\"Layers\":[]}]' > r/manifest.json; tar -C r -cf a.tar .", .badImage),
            ("mkdir -p r/etc; tar -C r --transform='s,./etc,../etc,' -cf a.tar ./etc", .badArchive),
            ("mkdir -p r/etc; tar -C r -P --transform='s,./etc,/etc,' -cf a.tar ./etc", .badArchive),
            ("mkdir -p r/etc; ln -s ../../../x r/etc/x; tar -C r -cf a.tar .", .badArchive),
            ("printf 'x' | gzip > a.tar", .badArchive), ("head -c 3000 /dev/urandom > a.tar", .badArchive),
        ] as [(String, OCIError.Code)])
    func refused(make: String, code: OCIError.Code) throws {
        try scratch.shell(make)
        let (reader, _) = try reader("other")
        let error = #expect(throws: OCIError.self) { try reader.read("\(scratch.path)/a.tar", for: here) }
        #expect(error?.code == code, "\(String(describing: error))")
        #expect(scratch.names("other").allSatisfy { !$0.hasPrefix(".unpacked") })
        #expect(scratch.names("other/blobs/sha256").allSatisfy { !$0.hasPrefix(".") })
    }
}
