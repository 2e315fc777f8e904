{{- /* Generated from values.schema.yaml by `npm run charts:generate`. */ -}}
{{- define "kda-common.defaults" -}}
nameOverride: ""
fullnameOverride: ""
partOf: ""
commonLabels: {}
commonAnnotations: {}
podLabels: {}
podAnnotations: {}
image:
  repository: ""
  tag: ""
  digest: ""
  pullPolicy: IfNotPresent
imagePullSecrets: []
command: []
args: []
env: {}
externalDatabase:
  url: ""
  existingSecret: ""
  existingSecretKey: uri
  required: false
  variable: DATABASE_URL
configMaps: {}
secrets: {}
volumes:
  tmp:
    emptyDir:
      sizeLimit: 64Mi
    mountPath: /tmp
profile: small
profiles:
  tiny:
    requests:
      cpu: 10m
      memory: 32Mi
    limits:
      memory: 64Mi
  small:
    requests:
      cpu: 50m
      memory: 64Mi
    limits:
      memory: 256Mi
  medium:
    requests:
      cpu: 100m
      memory: 256Mi
    limits:
      memory: 1Gi
  large:
    requests:
      cpu: 500m
      memory: 512Mi
    limits:
      memory: 2Gi
resources: {}
securityContext:
  allowPrivilegeEscalation: false
  capabilities:
    drop:
      - ALL
  readOnlyRootFilesystem: true
  runAsGroup: 65532
  runAsNonRoot: true
  runAsUser: 65532
  seccompProfile:
    type: RuntimeDefault
initContainers: {}
sidecars: {}
podSecurityContext: {}
serviceAccount:
  token: false
  rules: {}
  create: true
  name: ""
  annotations: {}
networkPolicy:
  enabled: true
  ingress: {}
  egress:
    dns:
      to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
      ports:
        - port: 53
          protocol: UDP
        - port: 53
          protocol: TCP
        - port: dns
          protocol: UDP
        - port: dns-tcp
          protocol: TCP
  dns:
    openshift: false
    addresses: []
  collector:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: monitoring
      podSelector:
        matchLabels:
          app.kubernetes.io/name: otel-collector
nodeSelector: {}
tolerations: []
affinity: {}
topologySpreadConstraints: []
priorityClassName: ""
runtimeClassName: ""
schedulerName: ""
terminationGracePeriodSeconds: null
dnsPolicy: ""
dnsConfig: {}
hostAliases: []
extraObjects: {}
{{- end -}}
