import HeadlessDNS

extension Zone {
    /// The zone of these services, with a serial.
    init(_ services: [FleetService], serial: UInt32) {
        self.init(
            serial: serial,
            services: services.map { service in
                ServiceRecord(
                    name: service.name, namespace: service.namespace,
                    endpoints: service.endpoints.map { endpoint in
                        Endpoint(
                            address: endpoint.address,
                            ports: endpoint.ports.sorted { $0.key < $1.key }.compactMap { name, port in
                                UInt16(exactly: port).map { NamedPort(name: name, port: $0) }
                            })
                    })
            })
    }
}
