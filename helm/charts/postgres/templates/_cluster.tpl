{{- /* https://cloudnative-pg.io/documentation/current/cloudnative-pg.v1/#clusterspec */ -}}
{{- define "postgres.cluster" }}
{{- $pg := .Values.cloudnativepg }}
{{ include "kda-common.object" (dict "ctx" . "is" "postgresql.cnpg.io/v1 Cluster" "name" (include "kda-common.fullname" .) "annotations" (ternary (dict "helm.sh/resource-policy" "keep") dict .Values.storage.keep)) }}
spec:
  instances: {{ $pg.instances }}
  {{- if .Values.image.repository }}
  imageName: {{ include "kda-common.image" . }}
  {{- else }}
  imageCatalogRef:
    apiGroup: postgresql.cnpg.io
    kind: ClusterImageCatalog
    name: {{ $pg.imageCatalog.name }}
    major: {{ $pg.imageCatalog.major }}
  {{- end }}
  bootstrap:
    initdb:
      database: {{ .Values.auth.database }}
      owner: {{ .Values.auth.username }}
      dataChecksums: true
  {{- with include "postgres.roles" . | fromYaml }}
  # https://cloudnative-pg.io/documentation/current/declarative_role_management/
  managed:
    roles:
      {{- range $process, $role := . }}
      - name: {{ $role.username }}
        ensure: present
        login: true
        passwordSecret:
          name: {{ $role.existingSecret }}
      {{- end }}
  {{- end }}
  storage:
    size: {{ .Values.storage.size }}
    {{- with .Values.storage.className }}
    storageClass: {{ . }}
    {{- end }}
  postgresql:
    parameters:
      {{- range $name, $value := .Values.parameters }}
      {{ $name }}: {{ include "kda-common.string" $value | quote }}
      {{- end }}
  resources:
    {{- include "kda-common.resources" . | nindent 4 }}
  affinity:
    topologyKey: topology.kubernetes.io/zone
    podAntiAffinityType: preferred
  {{- with $pg.backup }}
  backup:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- /* Instances replicate from each other, are watched by the operator and keep their state in the API server. */ -}}
{{- define "postgres.clusterPolicy" -}}
{{- $instances := dict "podSelector" (dict "matchLabels" (dict "cnpg.io/cluster" (include "kda-common.fullname" .))) }}
selector: |-
  cnpg.io/cluster: {{ include "kda-common.fullname" . }}
ingress:
  {{- include "postgres.clients" . | nindent 2 }}
  instances:
    from: [{{ toJson $instances }}]
    ports: [5432, 8000]
  operator:
    from:
      - namespaceSelector:
          matchLabels:
            kubernetes.io/metadata.name: {{ .Values.cloudnativepg.operatorNamespace }}
    ports: [5432, 8000]
  metrics:
    from:
      - namespaceSelector:
          matchLabels:
            kubernetes.io/metadata.name: monitoring
    ports: [9187]
egress:
  instances:
    to: [{{ toJson $instances }}]
    ports: [5432, 8000]
  api-server:
    to:
      {{- toYaml .Values.cloudnativepg.apiServer | nindent 6 }}
    ports: [443, 6443]
{{- end -}}
