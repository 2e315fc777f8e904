{{- define "postgres.service" }}
---
apiVersion: v1
kind: Service
metadata:
  {{- include "common.metadata" (dict "ctx" . "name" (include "common.fullname" .)) | nindent 2 }}
spec:
  type: ClusterIP
  selector:
    {{- include "common.selectorLabels" . | nindent 4 }}
  ports:
    - name: postgres
      port: 5432
      targetPort: postgres
{{- end -}}
